"""English or Spanish, by what they wrote. Not a general language detector."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from triage.normalise import normalise
from triage.result import Language, TriageError
from triage.rules import rulebook

_FILE = Path(__file__).parent / "rules" / "languages.yml"


@lru_cache(maxsize=1)
def _tells() -> tuple[frozenset[str], frozenset[str]]:
    content = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    if not isinstance(content, dict) or set(content) != {"en", "es"} or not all(content.values()):
        raise TriageError("languages.yml: needs the lists en and es")
    english, spanish = (frozenset(normalise(str(word)).text for word in content[key]) for key in ("en", "es"))
    rules_english, rules_spanish = (rulebook(name).speller.words for name in ("en", "es"))
    english, spanish = english - spanish, spanish - english
    return (
        english | (rules_english - rules_spanish - spanish),
        spanish | (rules_spanish - rules_english - english),
    )


def counts(words: Iterable[str]) -> tuple[int, int]:
    """How many words tell English, how many tell Spanish."""
    english, spanish = _tells()
    in_english = in_spanish = 0
    for word in words:
        word = word.replace("'", "")
        in_english += word in english
        in_spanish += word in spanish
    return in_english, in_spanish


def choose(english: int, spanish: int) -> Language:
    """The language of the reply; English when nothing tells."""
    return "es" if spanish > english else "en"
