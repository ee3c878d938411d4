"""Reads numbers as patients write and say them: "101,5", "one oh one point five", "treinta y nueve y medio".

Not for meaning: whether a number is a temperature is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.surroundings import Surroundings
from triage.words import Word

_PLAIN = re.compile(r"(\d+)(?:[.,'](\d+))?|[.,](\d+)")
_LONGEST = 9  # words in one spoken number


@dataclass(frozen=True)
class Number:
    """A number and the words (first, last) that say it."""

    value: float
    first: int
    last: int
    decimal: bool
    spoken: bool = False


def written(raw: str) -> tuple[float, bool] | None:
    """Value of digits with an optional decimal sign, and whether it has decimals as a thermometer shows them; times and dates are none."""
    raw = raw.replace(" ", "")  # "100 . 9"
    match = _PLAIN.fullmatch(raw)
    if not match or len(raw) > 8 or re.match(r"0\d", raw):
        return None
    whole, decimals, only = match.groups()
    if decimals is not None and len(decimals) == 3 and "," in raw:
        return None  # 38,000
    return float(f"{whole or 0}.{decimals or only or 0}"), len(decimals or only or "") == 1  # 38.50 is a price


def _spoken_whole(values: Sequence[int]) -> float | None:
    """ "a hundred and two", "one oh one", "one hundred four", "thirty eight", "ninety nine", "ciento dos"."""
    if len(values) == 1:
        return float(values[0])
    if 100 in values:
        place = values.index(100)
        head, tail = values[:place], values[place + 1 :]
        if head not in ([], [1]) or (tail and _below_hundred(tail) is None):
            return None
        return 100.0 + (_below_hundred(tail) or 0)
    if len(values) == 3 and values[0] == 1 and values[1] == 0 and values[2] < 10:
        return 100.0 + values[2]
    if len(values) == 2 and values[0] == 1 and 10 <= values[1] <= 12:
        return 100.0 + values[1]
    return _below_hundred(values)


def _below_hundred(values: Sequence[int]) -> float | None:
    if len(values) == 1 and values[0] < 100:
        return float(values[0])
    if len(values) == 2 and values[0] == 0 and values[1] < 10:
        return float(values[1])
    if len(values) == 2 and 20 <= values[0] < 100 and values[0] % 10 == 0 and values[1] < 10:
        return float(values[0] + values[1])
    return None


class Numerals:
    """Finds the numbers of one message."""

    def __init__(self, words: Sequence[Word], around: Surroundings, values: Mapping[str, int]) -> None:
        self._words = words
        self._around = around
        self._values = values

    def find(self) -> list[Number]:
        """All numbers, written or spoken, in order."""
        numbers: list[Number] = []
        index = 0
        while index < len(self._words):
            number = self._written_at(index) or self._spoken_at(index)
            if number:
                numbers.append(number)
            index = number.last if number else index + 1
        return numbers

    def _written_at(self, index: int) -> Number | None:
        raw = self._words[index].raw
        if not raw[:1].isdigit() and raw[:1] != ".":
            return None
        read = written(raw)
        if read is None:
            return None
        value, decimal = read
        last = index + 1
        if not decimal:
            fraction, after = self._fraction(last, spoken=False)
            if after > last:
                return Number(round(value + fraction, 2), index, after, True)
        return Number(value, index, last, decimal)

    def _value(self, index: int) -> int | None:
        return self._values.get(self._words[index].word) if index < len(self._words) else None

    def _spoken_at(self, index: int) -> Number | None:
        values: list[int] = []
        last = index
        best: tuple[float, int] | None = None
        while last < len(self._words) and last - index < _LONGEST:
            value = self._value(last)
            if value is not None:
                values.append(value)
                whole = _spoken_whole(values)
                best = (whole, last + 1) if whole is not None else best
            elif not (values and self._around.reads(last, "and_word") and self._value(last + 1) is not None):
                break
            last += 1
        if best is None:
            return None
        value_now, end = best
        fraction, after = self._fraction(end, spoken=True)
        return Number(round(value_now + fraction, 2), index, after, after > end, spoken=True)

    def _fraction(self, index: int, *, spoken: bool) -> tuple[float, int]:
        """ "point five", "punto cinco", "con 5", "and a half", ".5" after a space; (0, index) when there is none."""
        half = self._around.reading_from(index, "half")
        if half is not None:
            return 0.5, half
        following = index + 1
        if self._around.reads(index, "and_word"):
            half = self._around.reading_from(following, "half")
            if half is not None:
                return 0.5, half
        if index < len(self._words) and re.fullmatch(r"\.\d", self._words[index].raw):
            return float(self._words[index].raw), index + 1
        if self._around.reads(index, "point") and following < len(self._words):
            digit = self._value(following)
            raw = self._words[following].raw
            if digit is not None and digit < 10:
                return digit / 10, following + 1
            if raw.isdigit() and len(raw) <= 2:
                return float(f"0.{raw}"), following + 1
        if spoken:
            digit = self._value(index)
            if digit is not None and 0 < digit < 10:
                return digit / 10, index + 1
        return 0.0, index
