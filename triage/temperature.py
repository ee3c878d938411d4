"""Finds the patient's temperatures in a message and says which numbers are something else.

Not for levels: what a temperature means is decided in decide.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triage.context import reason_against
from triage.numerals import Number
from triage.patterns import Scene
from triage.quantity import CELSIUS, FAHRENHEIT, Bound, Quantities, Quantity, Unit
from triage.result import Level, Reason, Sign, Temperature
from triage.rules import Rule, Rulebook
from triage.signs import Find, make_find
from triage.surroundings import Surroundings
from triage.words import HARD, MARKS, QUESTION, SOFT, Word

CELSIUS_FEVER, FEVER_END = 38.0, CELSIUS[1]
_TELLS_UNIT = 60.0  # below it a number without unit is Celsius
_NEAR, _FAR = 5, 14  # words between a cue and its number
_TIMES = ("earlier", "now", "about")
_LINK, _FEW = 4, 3  # words between two joined numbers; words beside the numbers of an answer like "101 on the dot"
_RULE = Rule("temperature", Level.none, "monograph: Do's and Don'ts", (), ())


@dataclass(frozen=True)
class Reading:
    """A number that may be a temperature: what it says, and why it does not count if it does not."""

    temperature: Temperature | None  # None: not usable ("1005")
    number: Number
    bound: Bound
    reason: Reason | None
    earlier: bool
    phrase: str
    start: int
    end: int


def to_temperature(value: float, unit: Unit | None, start: int, end: int, *, given: bool) -> Temperature | None:
    """Both units, or None when no living body has that temperature. Without a unit the value tells it."""
    if unit == "K":
        return None
    if unit is None:
        unit = "C" if value < _TELLS_UNIT else "F"
    low, high = CELSIUS if unit == "C" else FAHRENHEIT
    if not low <= value <= high:
        return None
    celsius = value if unit == "C" else (value - 32) * 5 / 9
    fahrenheit = value if unit == "F" else value * 9 / 5 + 32
    return Temperature(round(celsius, 1), round(fahrenheit, 1), start, end, given)


class Thermometer:
    """Reads the temperatures of one message."""

    def __init__(self, book: Rulebook, scene: Scene, words: Sequence[Word], around: Surroundings, text: str) -> None:
        self._book = book
        self._scene = scene
        self._words = words
        self._around = around
        self._text = text

    def readings(self, *, asked: bool) -> list[Reading]:
        """All numbers that are, or look like, a temperature; `asked`: the message answers our question."""
        found_numbers = Quantities(self._book, self._words, self._around).find()
        numbers = [quantity.number for quantity in found_numbers]
        own = {index for number in numbers for index in range(number.first, number.last)}
        found = [
            self._reading(quantity, asked=asked, alone=self._nothing_else(quantity.number, own))
            for quantity in found_numbers
        ]
        linked = [self._linked(i, found_numbers, found) for i in range(len(numbers))]
        return [reading for reading in linked if reading]

    def _linked(self, index: int, numbers: list[Quantity], found: list[Reading | None]) -> Reading | None:
        """In "between 99 and 101 F" and "101 not 99" both numbers are temperatures when one is."""
        own = found[index]
        if own is not None or (numbers[index].number.spoken and numbers[index].value < CELSIUS[0]):
            return own
        for other in (index - 1, index + 1):
            if 0 <= other < len(numbers) and found[other] is not None:
                low, high = sorted((index, other))
                between = range(numbers[low].number.last, numbers[high].number.first)
                if 0 < len(between) <= _LINK and self._joined(between):
                    return self._make(numbers[index], unit=numbers[other].unit)
        return None

    def _joined(self, between: range) -> bool:
        return all(
            self._words[i].raw.strip() in ("-", "°", "f", "c")
            or self._words[i].word in (SOFT, "not", "no")
            or self._around.reads(i, "joins")
            or self._around.reads(i, "degrees")
            for i in between
        )

    def _reading(self, quantity: Quantity, *, asked: bool, alone: bool) -> Reading | None:
        number, unit, degrees, end = quantity.number, quantity.unit, quantity.degrees, quantity.end
        if quantity.negative:
            return None
        plausible = to_temperature(number.value, unit, 0, 0, given=False) is not None
        if self._measures_else(number, end):
            return self._make(quantity, reason="not_body_temperature") if plausible else None
        cue = self._cue(number)
        bare = alone and (asked or not number.spoken or number.decimal or number.value > FAHRENHEIT[0])
        if cue == "other":
            return self._make(quantity, reason="not_body_temperature") if plausible or degrees else None
        if cue in ("strong", "near") and (plausible or self._answers_cue(number)):
            return self._make(quantity)
        if asked and (plausible or bare):
            return self._make(quantity)
        if not plausible:
            return self._make(quantity) if bare and number.value >= 34 and number.decimal else None
        if unit or degrees or (cue == "far") or (number.decimal and (not number.spoken or number.value > FAHRENHEIT[0])):
            return self._make(quantity)
        if (bare and (number.decimal or not self._is_age(number))) or self._said_of_self(number, end):
            return self._make(quantity)
        return None

    def _nothing_else(self, number: Number, own: set[int]) -> bool:
        """Whether the statement holds next to nothing but numbers that can be temperatures."""
        low, high = self._around.statement(number)
        others = 0
        for index in range(low, high):
            said = index not in own and self._words[index].word not in MARKS
            others += said and not any(self._around.reads(index, kind) for kind in _TIMES)
        return others <= _FEW

    def _is_age(self, number: Number) -> bool:
        """ "I'm 38" may be an age, "38 on the dot" is none."""
        return number.value < FAHRENHEIT[0] and (
            number.value < CELSIUS_FEVER or self._around.any("first_person", *self._around.statement(number))
        )

    def _measures_else(self, number: Number, end: int) -> bool:
        """ "101 kg", "38 years", "$101", "nk-92", "120/80" - unless degrees were said."""
        if end > number.last:
            return False
        after = self._words[end] if end < len(self._words) else None
        if after is not None and (after.raw.strip() in ("%", "/") or any(
            self._around.reads(end, kind) for kind in ("other_measure", "counted")
        )):
            return True
        before = self._words[number.first - 1].raw.strip() if number.first else ""
        if before in ("$", "#"):
            return True
        return before == "-" and number.first > 1 and self._words[number.first - 2].raw[-1:].isalpha()

    def _cue(self, number: Number) -> str | None:
        """What the words around say this number is: "strong", "near", "far" (body), "other", or None."""
        body: str | None = None
        other = False
        for distance, index in enumerate(range(number.first - 1, max(-1, number.first - 1 - _FAR), -1)):
            if self._words[index].word in (HARD, QUESTION):
                break
            if self._around.reads(index, "strong_cue"):
                return "strong"
            if self._around.reads(index, "cue"):
                body = body or ("near" if distance < _NEAR else "far")
            if not body and self._counts_else(index):
                return "other"
            other = other or self._around.reads(index, "other_thing")
        after = self._cue_after(number)
        return "other" if other or after == "other" else body or after

    def _counts_else(self, index: int) -> bool:
        """ "Platelets 101", but not "two hours ago 101"."""
        return (
            self._around.reads(index, "other_measure")
            and not self._words[index].raw[:1].isdigit()
            and not self._time_unit_before(index)
        )

    def _time_unit_before(self, index: int) -> bool:
        """ "2 hours ago 101": the hours belong to the number before them."""
        return index > 0 and (self._words[index - 1].raw[:1].isdigit() or self._words[index - 1].word in self._book.numbers
                              or self._words[index - 1].word in ("an", "few", "unas", "hace"))  # fmt: skip

    def _cue_after(self, number: Number) -> str | None:
        for index in range(number.last, min(number.last + _NEAR, len(self._words))):
            if self._words[index].word in (HARD, QUESTION):
                return None
            if self._around.reads(index, "other_thing"):
                return "other"
            if self._around.reads(index, "cue"):
                return "near"
        return None

    def _answers_cue(self, number: Number) -> bool:
        """ "my temp is 1005", but not "fever for 3 days", "fever since 2"."""
        if number.spoken and number.value < 30:
            return False
        for index in range(number.first - 1, max(-1, number.first - 5), -1):
            if self._around.reads(index, "cue"):
                return True
            raw = self._words[index].raw.strip()
            if not (self._around.reads(index, "own_cue") or self._around.reads(index, "about") or raw in (":", "=", "-")):
                return False
        return False

    def _said_of_self(self, number: Number, end: int) -> bool:
        """ "he is 103 now", "got 102": whole degrees of fever said of a person, with nothing counted after it."""
        if number.first == 0 or FEVER_END < number.value < 99 or number.value < CELSIUS_FEVER:
            return False
        after = self._words[end] if end < len(self._words) else None
        closed = after is None or after.word in MARKS or self._around.reads(end, "now") or self._around.reads(
            end, "earlier") or after.word in ("and", "but", "what", "y", "pero", "ish")  # fmt: skip
        kind = "own_cue" if number.value > FEVER_END else "celsius_cue"
        before = number.first - 1
        if before > 0 and self._words[before].word == "a":  # "sitting at a hundred and one"
            before -= 1
        return closed and self._around.reads(before, kind)

    def _make(self, quantity: Quantity, reason: Reason | None = None, unit: Unit | None = None) -> Reading:
        number, unit = quantity.number, quantity.unit or unit
        start, end = self._words[number.first].start, self._words[number.last - 1].end
        phrase = self._text[start:end]
        sign = Sign("temperature", Level.none, start, end, phrase)
        find = make_find(_RULE, ((number.first, number.last),), sign)
        return Reading(
            temperature=to_temperature(number.value, unit, start, end, given=unit is not None),
            number=number,
            bound=quantity.bound,
            reason=reason or self._reason(find, quantity),
            earlier=self._is_earlier(number),
            phrase=phrase,
            start=start,
            end=end,
        )

    def _reason(self, find: Find, quantity: Quantity) -> Reason | None:
        reason = reason_against(self._around, find)
        return None if reason == "denied" and quantity.bound == "below" else reason  # "not over 99" is a measurement

    def _is_earlier(self, number: Number) -> bool:
        low, high = number.first, number.last
        for index in range(max(0, low - 6), min(len(self._words), high + 6)):
            if self._around.reads(index, "earlier") and not self._around.any_wall(index, low):
                return True
        return False
