"""The small language in which rules put words near each other, and its matcher. Not for context.

`chest & pain`     both, in either order, at most 4 words between
`cannot > breathe` in this order, at most 3 words between; `>5`, `&6` set another distance
`!fine`            not when this stands between them
`face|lips`        either; `'a|b_c'` the words themselves ("a", "b c") rather than concepts of words.yml; `face|'a|b'` both
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from triage.result import TriageError

Span = tuple[int, int]
Spans = Mapping[str, Sequence[Span]]
_DEFAULT_GAP = {">": 3, "&": 4}
_QUOTE = "'"
_JOINT = re.compile(r"([>&])(\d+)?")


@dataclass(frozen=True)
class Joint:
    """How an element hangs on what was found before it."""

    ordered: bool
    gap: int


@dataclass(frozen=True)
class Pattern:
    """Elements (each a choice of labels), the joints between them, and labels that forbid the match."""

    elements: tuple[tuple[str, ...], ...]
    joints: tuple[Joint, ...]
    forbidden: tuple[str, ...]


def is_pattern(entry: str) -> bool:
    """Whether an entry of a rule file is a pattern rather than a phrase."""
    return bool(re.search(r"\s[>&]\d*\s", entry))


def _labels(piece: str) -> tuple[str, ...]:
    labels = []
    quoted = False
    for name in piece.split("|"):
        quoted = quoted or name.startswith("'")
        labels.append(f"l:{name.strip(_QUOTE).replace('_', ' ')}" if quoted else f"w:{name}")
        quoted = quoted and not name.endswith("'")
    return tuple(labels)


def parse(entry: str) -> Pattern:
    """Reads one pattern; raises TriageError when it makes no sense."""
    elements: list[tuple[str, ...]] = []
    joints: list[Joint] = []
    forbidden: list[str] = []
    for piece in entry.split():
        joint = _JOINT.fullmatch(piece)
        if joint:
            kind, gap = joint.groups()
            joints.append(Joint(kind == ">", int(gap) if gap else _DEFAULT_GAP[kind]))
        elif piece.startswith("!"):
            forbidden.extend(_labels(piece[1:]))
        else:
            elements.append(_labels(piece))
    if len(elements) < 2 or len(joints) != len(elements) - 1:
        raise TriageError(f"pattern cannot be read: {entry!r}")
    return Pattern(tuple(elements), tuple(joints), tuple(forbidden))


class Scene:
    """Where each label stands in one message, and where its sentences end."""

    def __init__(self, spans: Spans, walls: Sequence[int]) -> None:
        """`walls[i]` counts the sentence ends before word i."""
        self.spans = spans
        self.walls = walls
        self._merged: dict[tuple[str, ...], Sequence[Span]] = {}

    def any_of(self, labels: tuple[str, ...]) -> Sequence[Span]:
        """The spans of all these labels, in order."""
        if len(labels) == 1:
            return self.spans.get(labels[0], ())
        if labels not in self._merged:
            found = {span for label in labels for span in self.spans.get(label, ())}
            self._merged[labels] = sorted(found)
        return self._merged[labels]

    def apart(self, start: int, end: int) -> bool:
        """Whether a sentence ends between two words."""
        return self.walls[start] != self.walls[end]

    def find(self, pattern: Pattern) -> Iterator[tuple[Span, ...]]:
        """All matches, each as the spans of its elements."""
        if not all(self.any_of(labels) for labels in pattern.elements):
            return
        for first in self.any_of(pattern.elements[0]):
            match = self._extend(pattern, (first,))
            if match and not self._is_forbidden(pattern, match):
                yield match

    def _extend(self, pattern: Pattern, found: tuple[Span, ...]) -> tuple[Span, ...] | None:
        if len(found) == len(pattern.elements):
            return found
        low, high = min(s for s, _ in found), max(e for _, e in found)
        joint = pattern.joints[len(found) - 1]
        for span in self._near(pattern.elements[len(found)], low, high, joint):
            whole = (*found, span)
            if self._is_forbidden(pattern, whole):
                continue
            match = self._extend(pattern, whole)
            if match:
                return match
        return None

    def _near(self, labels: tuple[str, ...], low: int, high: int, joint: Joint) -> list[Span]:
        spans = self.any_of(labels)
        reach = low - joint.gap - 8
        near: list[tuple[int, Span]] = []
        for place in range(bisect_left(spans, (reach, 0)), len(spans)):
            start, end = spans[place]
            if start > high + joint.gap:
                break
            if start >= high and not self.apart(high - 1, start):
                near.append((start - high, (start, end)))
            elif not joint.ordered and end <= low and low - end <= joint.gap and not self.apart(end - 1, low):
                near.append((low - end, (start, end)))
        return [span for _, span in sorted(near)]

    def _is_forbidden(self, pattern: Pattern, match: tuple[Span, ...]) -> bool:
        if not pattern.forbidden:
            return False
        low, high = min(s for s, _ in match), max(e for _, e in match)
        for label in pattern.forbidden:
            spans = self.spans.get(label, ())
            place = bisect_left(spans, (low, 0))
            if place < len(spans) and spans[place][0] <= high and not self.apart(low, spans[place][0]):
                return True
        return False
