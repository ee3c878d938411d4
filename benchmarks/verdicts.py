"""Past verdicts of staff: each model and each set of rules must still pass them. Part of `make eval`; not a benchmark of its own.

The cases come from `manage.py export_verdicts`, scrubbed of names, numbers and dates.
"""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Optional, Protocol

import yaml

from triage import Level, assess

ROOT = Path(__file__).resolve().parent.parent
EDUCATION = "utter_education/"
REFUSE = "refuse"


class Answers(Protocol):
    """What gives the response keys to a text."""

    def responses(self, text: str, conversation: str) -> list[str]: ...


def file() -> Path:
    """Where `manage.py export_verdicts` leaves the cases."""
    return Path(os.environ.get("NK92_VAR") or ROOT / "var") / "review" / "cases.yml"


def failed(assistant: Optional[Answers], cases: list[dict[str, Any]]) -> list[str]:
    """One line for each verdict that is not met any more; without an assistant, of triage's alone."""
    found = []
    for number, case in enumerate(cases):
        if "level" in case:
            level = assess(case["text"]).level
            if (level >= Level.urgent) != (case["level"] == "urgent"):
                found.append(f"{case['text']!r} should be {case['level']}, is {level.word}")
        elif assistant is not None:
            responses = assistant.responses(case["text"], f"verdict-{number}")
            if not meets(responses, case["expect"]):
                found.append(f"{case['text']!r} should be {', '.join(case['expect'])}, is {', '.join(responses) or 'nothing'}")
    return found


def meets(responses: list[str], expect: list[str]) -> bool:
    if REFUSE in expect:
        return not any(response.startswith(EDUCATION) for response in responses)
    return any(f"utter_{subject}" in responses for subject in expect)


def report(assistant: Answers) -> int:
    """Prints the verdicts that are not met; gives how many."""
    if not file().exists():
        return 0
    cases = yaml.safe_load(file().read_text(encoding="utf-8")) or []
    wrong = failed(assistant, cases)
    print(f"{'verdicts of staff met':24}{len(cases) - len(wrong):8}{len(cases):7}")
    for line in wrong:
        print(f"    ! {line}")
    return len(wrong)
