"""Reads how many degrees of what unit a text names, whoever or whatever has them. Not for telling body from oven."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from triage.normalise import normalise
from triage.numerals import Number, Numerals
from triage.result import Language
from triage.rules import Rulebook, rulebook
from triage.signs import survey
from triage.surroundings import Surroundings
from triage.words import BREAK, Word, cut

Bound = Literal["exact", "above", "below", "about"]
Unit = Literal["C", "F", "K"]
CELSIUS, FAHRENHEIT = (34.0, 43.0), (93.0, 110.0)  # DESIGN section 4: what a living patient's temperature can be
_BOUNDS: tuple[Bound, ...] = ("below", "above", "about")


@dataclass(frozen=True)
class Quantity:
    """A number, its unit if one is written, whether degrees are, and where all of it ends."""

    number: Number
    unit: Unit | None
    degrees: bool
    end: int
    bound: Bound
    negative: bool = False

    @property
    def value(self) -> float:
        """The number with its sign."""
        return -self.number.value if self.negative else self.number.value


class Quantities:
    """Finds the quantities of one message."""

    def __init__(self, book: Rulebook, words: Sequence[Word], around: Surroundings) -> None:
        self._words = words
        self._around = around
        self._numerals = Numerals(words, around, book.numbers)

    def find(self) -> list[Quantity]:
        """Every number of the text with what is said of it."""
        return [self._quantity(number) for number in self._numerals.find()]

    def _quantity(self, number: Number) -> Quantity:
        unit, degrees, end = self._unit(number.last)
        negative = self._around.reads(end, "below_zero") or self._minus_before(number)
        return Quantity(number, unit, degrees, end, self._bound(number, end), negative)

    def _unit(self, index: int) -> tuple[Unit | None, bool, int]:
        degrees = False
        after = index
        while index < len(self._words):
            if self._words[index].raw in ("°", "o") or self._around.reads(index, "degrees"):
                degrees = True
                after = index + 1
            elif self._words[index].raw != BREAK:  # "grados Fahrenheit"
                break
            index += 1
        for unit, kind in _UNIT_KINDS:
            if self._around.reads(index, kind) or (index < len(self._words) and self._words[index].raw == unit.lower()):
                return unit, degrees, index + 1
        return None, degrees, after

    def _minus_before(self, number: Number) -> bool:
        """ "-5 degrees" and "- 20 degrees", but not "nk-92" or "38-39"."""
        place = number.first - 1
        if place < 0 or self._words[place].raw.strip() != "-":
            return False
        before = self._words[place - 1] if place else None
        return before is None or before.end < self._words[place].start or self._words[place].raw != "-"

    def _bound(self, number: Number, end: int) -> Bound:
        for kind in _BOUNDS:
            if self._around.reading_to(number.first, kind):
                return kind
        if self._around.reads(end, "vague"):
            return "above"
        return "about" if end < len(self._words) and self._words[end].word == "ish" else "exact"


_UNIT_KINDS: tuple[tuple[Unit, str], ...] = (("F", "fahrenheit"), ("C", "celsius"), ("K", "kelvin"))


def degrees_named(text: str, *, language: Language = "en") -> list[Quantity]:
    """All temperatures that a text names with a unit or with the word degrees, of a body or not."""
    book = rulebook(language)
    words = cut(normalise(text), text, book.speller)
    around = Surroundings(book, survey(book, words), words)
    found = Quantities(book, words, around).find()
    named = [q for q in found if _is_named(q, words) and not around.any("angle", q.number.first - 4, q.end + 2)]
    if not named:
        return [q for q in found if q.negative and around.reads(q.end, "below_zero")]
    first = found.index(named[0])
    joined = first > 0 and around.reads(found[first - 1].end, "joins") or (
        first > 0 and words[found[first - 1].end].raw == "-"
    )
    return [found[first - 1], *named] if joined and found[first - 1] not in named else named


def _is_named(quantity: Quantity, words: Sequence[Word]) -> bool:
    """A lone letter right behind a number ("13F", "11c") is a unit only where a body temperature is possible."""
    if quantity.degrees or quantity.unit is None:
        return quantity.degrees
    if len(words[quantity.end - 1].raw) > 1 or quantity.unit == "K":
        return True
    low, high = CELSIUS if quantity.unit == "C" else FAHRENHEIT
    return low <= quantity.value <= high
