"""Finds the separate questions of one message: "how long does it take and can I drive home after?" holds two."""
from __future__ import annotations

import re
from typing import Sequence

ASKING = (
    "how what when where why who which can could may should will would is are am do does did was were has have must any"
).split()
_NEXT = "|".join(ASKING)
BORDER = re.compile(
    rf"(?<=[?!.;\n])\s+|\s+(?:and|also|plus|but|or|then)\s+(?:also\s+)?(?=(?:{_NEXT})\b)"
    r"|,\s*(?=(?:how|what|when|where|why|who|which|can|should|will)\b)",
    re.IGNORECASE,
)
BACK = frozenset("it its that this those these they them their there one ones he she him her and same both then".split())
WORD = re.compile(r"\w+")
LEAST_WORDS = 2
MOST_QUESTIONS = 3
MOST_PARTS = 6  # a longer message is read as a whole and by its first parts


def split(text: str) -> Sequence[str]:
    """The parts of `text` that may be questions of their own, in order; one part when there is nothing to split."""
    parts = [part.strip(" ,;") for part in BORDER.split(text)]
    return [part for part in parts if len(part.split()) >= LEAST_WORDS]


def points_back(text: str) -> bool:
    """Whether a plain lower-case `text` has a word that may point at what was said before ("how long does that last")."""
    return not BACK.isdisjoint(WORD.findall(text))
