"""Reads the case files of triage. Not a test."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

CASES = Path(__file__).parent / "cases"
LANGUAGES = ("en", "es")
LEVELS = ("emergency", "urgent", "ask", "routine", "none")
KINDS = ("plain", "misspelt", "caregiver", "denied", "what_if", "past", "someone_else")
HAS_IT = KINDS[:3]


@dataclass(frozen=True)
class Case:
    """One message and what is expected of it; `sign` and `kind` only in signs.yml."""

    text: str
    level: str
    language: str
    sign: str = ""
    kind: str = ""


def messages(language: str, level: str) -> list[Case]:
    """The plain cases of one level."""
    content = yaml.safe_load((CASES / language / f"{level}.yml").read_text(encoding="utf-8"))
    return [Case(entry["text"], entry["level"], language) for entry in content]


def all_messages() -> list[Case]:
    """Every plain case of every language."""
    return [case for language in LANGUAGES for level in LEVELS for case in messages(language, level)]


def sign_cases() -> list[Case]:
    """The cases of signs.yml; `level` is empty here: it is the sign's own level in the rules, or no alarm."""
    found = []
    for language in LANGUAGES:
        content = yaml.load((CASES / language / "signs.yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for sign, texts in content.items():
            found += [Case(text, "", language, sign, kind) for kind, text in texts.items()]
    return found
