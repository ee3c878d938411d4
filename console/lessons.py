"""Verdicts of staff as data: training phrasings for data/, and cases that a model must pass. Scrubbed of who wrote them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import yaml

from console.models import Judgement, Opinion
from console.scrub import scrub

LEVELS = {Judgement.urgent: "urgent", Judgement.not_urgent: "none"}


def opinions() -> list[Opinion]:
    return list(Opinion.objects.select_related("message", "message__reason").order_by("pk"))


def phrasings(found: list[Opinion]) -> str:
    """Rasa training data: what was said, under the question that it really was."""
    by_subject: dict[str, dict[str, None]] = defaultdict(dict)
    for opinion in found:
        if opinion.judgement == Judgement.wrong and opinion.subject:
            by_subject[opinion.subject][scrub(opinion.message.text)] = None
    entries = [{"intent": subject, "examples": _Block("".join(f"- {text}\n" for text in texts))} for subject, texts in sorted(by_subject.items())]
    return _written({"version": "3.1", "nlu": entries})


def cases(found: list[Opinion]) -> str:
    """What a model must make of each message: a subject, or a care level. benchmarks/verdicts.py runs them."""
    return _written([case for opinion in found if (case := _case(opinion))])


def new_questions(found: list[Opinion]) -> str:
    """What patients ask and the assistant does not know yet: for the authors of data/."""
    return _written([scrub(opinion.message.text) for opinion in found if opinion.judgement == Judgement.new])


def _case(opinion: Opinion) -> dict[str, Any] | None:
    text, judgement = scrub(opinion.message.text), Judgement(opinion.judgement)
    if judgement in LEVELS:
        return {"text": text, "level": LEVELS[judgement]}
    if judgement == Judgement.wrong and opinion.subject:
        return {"text": text, "expect": [opinion.subject]}
    reason = getattr(opinion.message, "reason", None)
    if judgement == Judgement.right and reason is not None and reason.intent:
        return {"text": text, "expect": [reason.intent if reason.intent != "nlu_fallback" else "refuse"]}
    return None


class _Block(str):
    """A text that YAML writes as a block."""


class _Dumper(yaml.SafeDumper):
    """Ours, so that no other YAML changes."""


_Dumper.add_representer(_Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|"))


def _written(content: Any) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
