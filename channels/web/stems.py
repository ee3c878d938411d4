"""How the widget reads words: cut to stems, one slip forgiven, everyday words left alone. Not for triage itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from triage.normalise import normalise
from triage.result import Language
from triage.rules import RULES, rulebook

STEM = 5
OFTEN = 3  # a slip of the thumb comes up seldom, an everyday word often
SHORTEST = 3  # shorter words are not searched for slips
_TWICE = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?:ing|ed|es|s|e|y|o|a|os|as)$")
_ALIKE = re.compile("[bv]{2}|[cszkq]{2}|[gj]{2}|h")
_ABOUT_ALARMS = ("report", "triage")  # folders of data/ whose words are no everyday ones
_LANGUAGES: tuple[Language, ...] = ("en", "es")
_WORD = re.compile(r"[^\W\d_]+")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Phrase = tuple[str, ...]
Element = frozenset[Phrase]


@lru_cache(maxsize=32)
def read(file: Path) -> Any:
    """A rule file as it is written."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)


def stem(word: str) -> str:
    """What is left of a word when doubled letters, its ending and its tail are cut; widget/triage.js does the same."""
    if not (word.isascii() and word.isalpha()):
        return word
    word = _TWICE.sub(r"\1", word)
    return (_ENDING.sub("", word) if len(word) > 4 else word)[:STEM]


def stems(phrase: str) -> Phrase:
    return tuple(stem(word) for word in normalise(phrase).text.replace("'", "").split())


def is_near(one: str, other: str) -> bool:
    """Whether one slip makes one stem the other, at its beginning only by sound; widget/triage.js does the same."""
    begins = one[0] == other[0] or one[:2] == other[1::-1] or bool(_ALIKE.search(one[0] + other[0]))
    if abs(len(one) - len(other)) > 1 or not begins:
        return False
    same = next((place for place, (a, b) in enumerate(zip(one, other)) if a != b), min(len(one), len(other)))
    a, b, cut = one[same:], other[same:], -1 if len(one) == len(other) == STEM else None
    swapped = a[:1] == b[1:2] and a[1:2] == b[:1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b[:cut] or a[:cut] == b[1:] or swapped


def rests(word: str) -> set[str]:
    """A word, and what is left of it without one letter: near words share one of these."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def shortest(phrases: Iterable[Phrase]) -> Element:
    """Without those that hold another one: where the longer stands, the shorter stands too."""
    all_of_them = set(phrases)
    return frozenset(p for p in all_of_them if not any(part in all_of_them for part in parts(p)))


def parts(phrase: Phrase) -> Iterator[Phrase]:
    """Every run of words within a phrase but itself."""
    size = len(phrase)
    for start in range(size):
        for end in range(start + 1, size + 1):
            if end - start < size:
                yield phrase[start:end]


@lru_cache(maxsize=65536)
def runs(phrase: Phrase) -> frozenset[Phrase]:
    """A phrase and every run of words within it."""
    return frozenset((phrase, *parts(phrase)))


@lru_cache(maxsize=4)
def everyday(data: Path) -> frozenset[str]:
    """Stems of correctly spelt words that patients' ordinary questions in data/ use often."""
    counted: Counter[str] = Counter()
    for file in sorted(data.rglob("*.yml")):
        if file.relative_to(data).parts[0] not in _ABOUT_ALARMS:
            counted.update(_WORD.findall(file.read_text(encoding="utf-8").lower().replace("'", "")))
    spelt: set[str] = set()
    for language in _LANGUAGES:
        spelt |= rulebook(language).speller.words
        spelt.update(read(RULES / language / "leave_alone.yml"))
    for language in _LANGUAGES:
        spelt -= set(read(RULES / language / "shorthand.yml"))  # "fevr" is typed often, and is a slip all the same
    plain = (normalise(word).text for word, times in counted.items() if times >= OFTEN)
    return frozenset(stem(word) for word in plain if word in spelt)
