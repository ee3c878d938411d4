"""`make eval`: how often messages that nobody trained on get the right answer, or an honest refusal. Prints the misses.

Whole turns through Rasa, triage included, each message in a conversation of its own. Cases: tests/understanding/dev (on which
thresholds are chosen and weak subjects found) and tests/understanding/held (only totals are ever looked at).
"""
from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence
from uuid import uuid4

import yaml

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "understanding"
PARTS = ("dev", "held")
REFUSE, FOLLOWUP = "refuse", "followup"
EDUCATION = "utter_education/"


@dataclass(frozen=True)
class Case:
    """A message, its register (plain, lay, sms; followup behind the message `before`) and the subjects that answer it.

    `refuse` stands for none.
    """

    text: str
    register: str
    expect: Sequence[str]
    before: Optional[str] = None

    def fulfilled_by(self, responses: Sequence[str]) -> bool:
        """Whether the replies hold one of the right answers, or for `refuse`, no answer of the monograph."""
        if REFUSE in self.expect and not any(response.startswith(EDUCATION) for response in responses):
            return True
        return any(f"utter_{subject}" in responses for subject in self.expect)


def cases(names: str = "*.yml", folder: Path = CASES) -> list[Case]:
    """The cases of the files that `names` matches."""
    found = []
    for file in sorted(folder.glob(names)):
        for record in yaml.safe_load(file.read_text(encoding="utf-8")):
            if "second" in record:
                found.append(Case(record["second"], FOLLOWUP, tuple(record["expect"]), record["first"]))
            else:
                found.append(Case(record["text"], record.get("register", "plain"), tuple(record["expect"])))
    return found


class Assistant:
    """The trained model in this process, without TensorFlow and without a server."""

    def __init__(self, model: Path) -> None:
        from assistant import lean_imports

        lean_imports.install()
        os.chdir(ROOT)
        from rasa.core.agent import load_agent
        from rasa.core.utils import AvailableEndpoints
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(40)
        logging.disable(logging.CRITICAL)  # no action server runs here, and Rasa says so for each action
        endpoints = AvailableEndpoints.read_endpoints("endpoints.yml")
        endpoints.tracker_store.kwargs["path"] = ":memory:"
        endpoints.action = None
        self._agent = asyncio.run(load_agent(model_path=str(model), endpoints=endpoints))

    def responses(self, text: str, conversation: str) -> list[str]:
        """The keys of the replies to `text`."""
        return [str(reply["response"]) for reply in self.replies(text, conversation)]

    def replies(self, text: str, conversation: str, known: Optional[Mapping[str, Any]] = None) -> list[dict[str, Any]]:
        """The replies to `text`; `known`: what triage knew before it, as the service sends it."""
        from rasa.core.channels.channel import UserMessage

        from assistant.gateway import Choices, GatewayOutput, subject_before
        from assistant.plain_text import without_command

        output = GatewayOutput("web", Choices("none", []))
        metadata = {"subject": asyncio.run(subject_before(self._agent, conversation)), "known": dict(known or {})}
        message = UserMessage(without_command(text) or " ", output, conversation, input_channel="web", metadata=metadata)
        asyncio.run(self._agent.handle_message(message))
        return output.replies


def evaluate(assistant: Assistant, tried: Sequence[Case]) -> list[tuple[Case, list[str]]]:
    """Each case, in a conversation that nothing was said in before, with the response keys that it got."""
    results = []
    for case in tried:
        conversation = uuid4().hex
        if case.before:
            assistant.responses(case.before, conversation)
        results.append((case, assistant.responses(case.text, conversation)))
    return results


def share(results: Sequence[tuple[Case, list[str]]], **wanted: Any) -> tuple[int, int]:
    """Fulfilled and all, among the cases of a register and of a kind (answer or refuse)."""
    chosen = [
        (case, responses)
        for case, responses in results
        if wanted.get("register", case.register) == case.register
        and wanted.get("refuse", case.expect[0] == REFUSE) == (case.expect[0] == REFUSE)
        and (case.register == FOLLOWUP) == (wanted.get("register") == FOLLOWUP)
    ]
    return sum(case.fulfilled_by(responses) for case, responses in chosen), len(chosen)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "nk92.tar.gz")
    parser.add_argument("--cases", default="*.yml", help="which files of the folder")
    parser.add_argument("--folder", type=Path, help="another folder of cases in place of dev and held")
    parser.add_argument("--misses", action="store_true", help="also print every miss of dev (never of held)")
    options = parser.parse_args()
    assistant = Assistant(options.model)
    for folder in [options.folder] if options.folder else [CASES / part for part in PARTS]:
        results = evaluate(assistant, cases(options.cases, folder))
        if options.misses and "held" not in folder.name:
            _print_misses(results)
        _print_table(folder.name, results)
    from benchmarks import verdicts

    return 1 if verdicts.report(assistant) else 0


def _print_misses(results: Sequence[tuple[Case, list[str]]]) -> None:
    wrong: dict[str, list[str]] = defaultdict(list)
    for case, responses in results:
        if not case.fulfilled_by(responses):
            wrong[", ".join(case.expect)].append(f"{case.text!r} -> {json.dumps(responses)}")
    for expected, lines in sorted(wrong.items()):
        print(expected, *lines, sep="\n    ")


def _print_table(title: str, results: Sequence[tuple[Case, list[str]]]) -> None:
    print(f"{title:24}{'right':>8}{'of':>7}{'share':>9}")
    for name, wanted in (
        ("education questions", {"refuse": False}), ("  plain", {"refuse": False, "register": "plain"}),
        ("  lay", {"refuse": False, "register": "lay"}), ("  sms, typos", {"refuse": False, "register": "sms"}),
        ("out of scope refused", {"refuse": True}), ("follow-ups", {"register": FOLLOWUP}),
    ):  # fmt: skip
        right, total = share(results, **wanted)
        print(f"{name:24}{right:8}{total:7}{right / max(1, total):9.3f}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
