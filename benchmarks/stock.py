"""Rasa's stock assistant on our data: the same phrasings, answers and rules under the pipeline of `rasa init`."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

import yaml

# The pipeline and policies that `rasa init` 3.6.21 writes down as its defaults.
CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
    ],
}
# Stories are what TED learns from; `rasa init` has three, so has this.
STORIES = [
    {"story": "question and thanks", "steps": [
        {"intent": "education"}, {"action": "utter_education"}, {"intent": "smalltalk"}, {"action": "utter_smalltalk"}]},
    {"story": "question and follow-up", "steps": [
        {"intent": "education"}, {"action": "utter_education"}, {"intent": "followup"}, {"action": "utter_followup"}]},
    {"story": "symptom and person", "steps": [
        {"intent": "report"}, {"action": "utter_report"}, {"intent": "ask_person"}, {"action": "utter_ask_person"}]},
]  # fmt: skip


def write_project(root: Path, folder: Path, *, phrasings: int) -> None:
    """Makes `folder` a Rasa project on the data of the checkout `root`, with the first `phrasings` of each intent.

    Custom actions are left out: the stock assistant has no action server to wait for.
    """
    shutil.rmtree(folder, ignore_errors=True)
    copy_data(root, folder, phrasings=phrasings)
    domain = yaml.safe_load((root / "domain.yml").read_text())
    custom = set(domain.pop("actions"))
    for file in sorted((folder / "data").rglob("*.yml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        if content.get("rules"):
            _write(file, {**content, "rules": list(_without(custom, content["rules"]))})
    _write(folder / "domain.yml", domain)
    _write(folder / "config.yml", CONFIG)
    _write(folder / "data" / "stories.yml", {"version": "3.1", "stories": STORIES})
    _write(folder / "credentials.yml", {"rest": None})
    _write(folder / "endpoints.yml", {})


def _without(actions: set[str], rules: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rules without these actions; a rule that says nothing any more is dropped."""
    for rule in rules:
        steps = [step for step in rule["steps"] if step.get("action") not in actions]
        if any("action" in step for step in steps):
            yield {**rule, "steps": steps}


def copy_data(root: Path, folder: Path, *, phrasings: int) -> None:
    """The training data of `root` under `folder`/data, cut to `phrasings` an intent."""
    for file in sorted((root / "data").rglob("*.yml")):
        if file.name == "facts.yml":
            continue
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for block in content.get("nlu") or []:
            lines = [line for line in block["examples"].splitlines() if line.startswith("- ")]
            block["examples"] = "\n".join(lines[:phrasings]) + "\n"
        target = folder / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, content)


def _write(file: Path, content: object) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
