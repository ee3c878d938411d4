"""Brings a patient's text to plain lower-case letters and keeps the way back to the original characters.

Not for spelling: words stay as they were written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LETTER_O = re.compile(r"(?<=\d)o(?=[\d.,])")  # "1O1.2"

# What NFKC would turn into something misleading, letters that only look Latin, and quotes.
_SPECIAL = {
    "º": "°", "ª": "a", "℃": "°c", "℉": "°f", "½": ".5", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "—": " - ", "–": "-", "−": "-", "…": "...", "·": ".", "•": "\n",
    "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "х": "x", "і": "i", "у": "y", "ß": "ss",
}  # fmt: skip


@dataclass(frozen=True)
class Plain:
    """Plain text, and for each of its characters the index of the character it came from."""

    text: str
    origin: tuple[int, ...] | None  # None: one to one

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind plain[start:end]."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    category = unicodedata.category(character)
    if category in ("Mn", "Cf", "Me", "Sk"):  # combining accents, zero-width and bidi marks, skin tones
        return "" if category != "Sk" else " "
    if category.startswith("S") and character not in "°+$%&|=<>~^":
        return "|"  # emoji part one statement from the next
    decomposed = unicodedata.normalize("NFKD", character)
    return "".join(part for part in decomposed if not unicodedata.combining(part)).lower()


def normalise(text: str) -> Plain:
    """Lower case, without accents, emoji and typographic quotes; each character traceable."""
    if text.isascii():
        return Plain(_LETTER_O.sub("0", text.lower().replace("`", "'")), None)
    letters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        plain = character.lower() if character.isascii() else _plain_character(character)
        letters.append(plain)
        origin.extend([index] * len(plain))
    return Plain(_LETTER_O.sub("0", "".join(letters)), tuple(origin))
