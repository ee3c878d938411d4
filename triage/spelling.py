"""Reads misspelt words as words of the rules; leaves frequent words of the language alone.

Not a general speller: its only dictionary is what the rules themselves say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache

from rapidfuzz.distance import OSA

_UNKNOWN = "_"
_THRICE = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"(.)\1+")
_SOUNDS = tuple(
    (re.compile(pattern), heard)
    for pattern, heard in (
        (r"(?<!c)h", ""), (r"ll", "y"), (r"qu(?=[ei])", "k"), (r"gu(?=[ei])", "g"), (r"(?<=.)g(?=[ei])", "j"), (r"c(?=[ei])|z", "s"),
        (r"c(?!h)|q", "k"), (r"v", "b"), (r"n(?=[bp])", "m"), (r"ao(s?)$", r"ado\1"), (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_SHORTEST = 4  # shorter words are too close to each other
_FAR_FROM = 8  # from this length two slips are forgiven
_LONGEST = 24
_SMALL = frozenset((
    "i", "im", "my", "me", "is", "in", "on", "of", "to", "no", "up", "a", "he", "and", "so", "or", "at",
    "it", "we", "the", "has", "was", "had", "not", "his", "her", "too", "very", "for", "mi", "un", "la",
    "el", "los", "se", "le", "de", "en", "es", "su", "y", "muy", "que", "con", "por", "tan",
))  # fmt: skip


def _sound(word: str) -> str:
    """How a Spanish word sounds: "hinchazon", "inchason" and "inchazón" alike, "asfixiao" as "asfixiado"."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


def _without_one(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


class Speller:
    """The words of one rule book, found through slips of the finger and of the ear."""

    def __init__(
        self, lexicon: Iterable[str], targets: Collection[str], strong: Iterable[str], leave_alone: Iterable[str],
        shorthand: Mapping[str, str], *, by_sound: bool = False,
    ) -> None:  # fmt: skip
        """Only `targets` are read into other words; `strong` are the words of signs, of which a joined word must
        hold one; `leave_alone` are never bent; `shorthand` says what short writing means; `by_sound`: as Spanish is heard."""
        self._shorthand = {short: tuple(meant.split()) for short, meant in shorthand.items()}
        self._lexicon = frozenset(lexicon)
        self._strong = frozenset(strong)
        self._alone = frozenset(leave_alone) - self._lexicon
        self._near: dict[str, list[str]] = {}
        for word in sorted(set(targets)):
            if len(word) >= _SHORTEST:
                for key in self._keys(word, 2):
                    self._near.setdefault(key, []).append(word)
        heard = ((_sound(word), word) for word in sorted(set(targets)) if len(word) > _SHORTEST) if by_sound else ()
        self._heard = dict(heard)
        self._guess = lru_cache(maxsize=8192)(self._search)

    @property
    def words(self) -> frozenset[str]:
        """Every word of the rules, and the short writing of some."""
        return self._lexicon | self._shorthand.keys()

    def knows(self, word: str) -> bool:
        """Whether the word stands in the rules as it is."""
        return word in self._lexicon

    def is_short(self, word: str) -> bool:
        """Whether the word is short writing for something else ("w/o", "od'd")."""
        return word in self._shorthand

    def read(self, word: str) -> tuple[str, ...]:
        """The word as the rules spell it: itself, a near word, several when written together, or unknown."""
        if word in self._shorthand:
            return self._shorthand[word]
        if word in self._lexicon:
            return (word,)
        if word in self._alone or len(word) < 3 or len(word) > _LONGEST:
            return (_UNKNOWN,)
        return self._guess(word)

    def _search(self, word: str) -> tuple[str, ...]:
        for shorter in (_THRICE.sub(r"\1\1", word), _THRICE.sub(r"\1", word), _TWICE.sub(r"\1", word)):
            if shorter in self._lexicon and len(shorter) > 2:
                return (shorter,)
        if len(word) < _SHORTEST:
            return (_UNKNOWN,)
        if word.endswith("in") and word + "g" in self._lexicon:
            return (word + "g",)  # "thinkin"
        near = self._heard.get(_sound(word)) if self._heard else None
        near = near or self._nearest(word, 1)
        if near is None and len(word) >= 7:
            pieces = self._split(word)
            if pieces:
                return pieces
        if near is None and len(word) >= _FAR_FROM - 1:
            near = self._nearest(word, 2)
        return (near or _UNKNOWN,)

    @staticmethod
    def _keys(word: str, slips: int) -> set[str]:
        """What is left of a word without one letter (or two): near words share such a rest."""
        once = _without_one(word)
        keys = {word} | once
        if slips == 2 and len(word) >= _FAR_FROM - 1:
            for shorter in once:
                keys |= _without_one(shorter)
        return keys

    def _nearest(self, word: str, slips: int) -> str | None:
        best: tuple[int, bool, bool, str] | None = None
        for key in self._keys(word, slips):
            for candidate in self._near.get(key, ()):
                if slips == 2 and max(len(candidate), len(word)) < _FAR_FROM:
                    continue
                if len(candidate) == _SHORTEST and len(word) < _SHORTEST:
                    continue
                distance = OSA.distance(word, candidate, score_cutoff=slips)
                if distance <= slips and (slips == 1 or candidate[0] == word[0]):
                    rank = (distance, candidate[0] != word[0], candidate not in self._strong, candidate)
                    best = rank if best is None or rank < best else best
        return best[3] if best else None

    def _split(self, word: str) -> tuple[str, ...] | None:
        """The fewest known words that make up the whole ("cantbreathe"), at least one of a sign."""
        ways: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - 14), end):
                head, piece = ways[start], word[start:end]
                if head is None or not (piece in _SMALL or (len(piece) > 2 and piece in self._lexicon)):
                    continue
                best = ways[end]
                if best is None or len(head) + 1 < len(best):
                    ways[end] = (*head, piece)
        pieces = ways[-1]
        if not pieces or len(pieces) > 5 or not any(len(p) > 3 and p in self._strong for p in pieces):
            return None
        return tuple(piece if piece in self._lexicon else _UNKNOWN for piece in pieces)
