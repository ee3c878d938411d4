"""Understands STOP, START, HELP, MORE and the number of a quick reply: only when they are the whole text.

The words are data (keywords.yml). Whatever is more than such a word goes to triage and the assistant as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

FILE = Path(__file__).with_name("keywords.yml")
LONGEST = 100  # characters; nobody says STOP in more
Kind = Literal["stop", "start", "start_again", "help", "more"]
KINDS: tuple[Kind, ...] = ("stop", "start", "start_again", "help", "more")
_OTHER = re.compile(r"[^a-z0-9 ]+")


@dataclass(frozen=True)
class Keyword:
    """`language`: that of the word, which is how it is answered; "" where English is everybody's (STOP)."""

    kind: Kind
    language: str


@dataclass(frozen=True)
class _Lists:
    exact: dict[str, Keyword]
    wishes: tuple[tuple[re.Pattern[str], Keyword], ...]
    polite: re.Pattern[str]
    numbers: dict[str, int]


def keyword(text: str) -> Keyword | None:
    """The keyword that the whole text is, or None."""
    if len(text) > LONGEST:
        return None
    lists = _lists()
    bare = _bare(text)
    for said in (bare, _polite(bare)):
        if said in lists.exact:
            return lists.exact[said]
    said = _polite(bare)
    return next((found for pattern, found in lists.wishes if said and pattern.fullmatch(said)), None)


def number_of(text: str) -> int | None:
    """Which quick reply the whole text names, counted from 1; None when it names none."""
    return _lists().numbers.get(_bare(text)) if len(text) <= LONGEST else None


def _bare(text: str) -> str:
    """Lower case, no accents, no marks, one blank between words; "don't" is "dont"."""
    apart = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("’", ""))
    letters = "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(_OTHER.sub(" ", letters).split())


def _polite(bare: str) -> str:
    return " ".join(_lists().polite.sub(" ", bare).split())


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    """Raises ValueError for a word that means two things."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    exact: dict[str, Keyword] = {}
    wishes: list[tuple[re.Pattern[str], Keyword]] = []
    for kind in KINDS:
        for language, words in read[kind].items():
            found = Keyword(kind, "es" if language == "es" else "")
            for word in words["exact"]:
                if word in exact or word != _bare(word):
                    raise ValueError(f"{FILE.name}: {word!r} stands twice, or is not written as it is compared")
                exact[word] = found
            wishes += [(re.compile(wish), found) for wish in words.get("wishes", ())]
    polite = re.compile(r"\b(?:" + "|".join(sorted(read["polite"], key=len, reverse=True)) + r")\b")
    numbers = {word: int(number) for number, words in read["numbers"].items() for word in words}
    return _Lists(exact, tuple(wishes), polite, numbers)
