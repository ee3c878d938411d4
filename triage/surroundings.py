"""The context words of one message: where each kind of trigger stands. Not for judging a sign."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Protocol

from triage.patterns import Scene, Span
from triage.rules import Rulebook
from triage.words import BAR, BREAK, HARD, QUESTION, SOFT, Word

REACH = 30  # words that any trigger may reach: keeps long messages linear
_OF, _ITS = frozenset(("de", "del")), frozenset(("mi", "mis", "la", "el", "su"))
_FOUND_BY_START = ("denial", "denial_weak", "denial_after", "dictated_after")
_MASKED_BY = (
    ("denial", "not_denial"),
    ("denial_weak", "not_denial"),
    ("denial_clause", "not_denial"),
    ("denial_dictated", "not_denial"),
    ("hypothetical", "not_hypothetical"),
    ("question", "not_question"),
    ("other_people", "not_other"),
    ("other_people", "figurative"),
    ("first_person", "not_first"),
    ("ongoing", "not_ongoing"),
    ("present", "not_ongoing"),
    ("but", "not_but"),
    ("recital", "not_recital"),
)


class Stretch(Protocol):
    """A sign or a number: its first word and the word after its last."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...


class Surroundings:
    """Triggers by kind, ready to be asked about any place of the message."""

    def __init__(self, book: Rulebook, scene: Scene, words: Sequence[Word], quotes: Sequence[Span] = ()) -> None:
        """`quotes`: the characters that stand between quotation marks."""
        self.words = words
        self._quotes = quotes
        self._spans: dict[str, list[Span]] = {}
        self._scene = scene
        self._reading: dict[str, list[Span]] = {}
        for label, spans in scene.spans.items():
            if label.startswith("x:"):
                self._spans[label[2:]] = list(spans)
            elif label.startswith("t:"):
                self._reading[label[2:]] = list(spans)
        for kind, patterns in book.context_patterns.items():
            for pattern in patterns:
                for parts in scene.find(pattern):
                    whole = (min(start for start, _ in parts), max(end for _, end in parts))
                    self._spans.setdefault(kind, []).append(whole)
        for kind, mask in _MASKED_BY:
            if kind in self._spans and mask in self._spans:
                self._spans[kind] = _unmasked(self._spans[kind], self._spans[mask])
        self._spans["own_people"], of_others = _of_others(self._spans.get("own_people", ()), self._spans.get("other_people", ()))
        self._spans.setdefault("other_people", []).extend(of_others)
        self._spans["own_people"], of_others = _of_their_own(self._spans["own_people"], self._spans["other_people"], words)
        self._spans["other_people"].extend(of_others)
        if self._spans.get("outsider"):  # whoever else is told of is not the patient
            self._spans.setdefault("other_people", []).extend(self._spans.pop("own_people", ()))
        but = self._spans.get("but", ())
        sentence_ends = [i for i, word in enumerate(words) if word.word in (HARD, QUESTION)]
        self._sentence_ends = sentence_ends
        breaks = [i for i, word in enumerate(words) if word.raw in (BREAK, BAR)]
        self._statement_ends = sorted({*sentence_ends, *breaks, *(i for start, end in but for i in range(start, end))})
        self._clause_ends = sorted({*self._statement_ends, *(i for i, w in enumerate(words) if w.word == SOFT)})
        self._covered = {kind: _cover(spans) for kind, spans in self._spans.items()}
        self._reading_covered = {kind: _cover(spans) for kind, spans in self._reading.items()}
        self._starts = {kind: _by_start(self._spans.get(kind, ())) for kind in _FOUND_BY_START}
        self._ends = {kind: {end: start for start, end in reversed(spans)} for kind, spans in self._spans.items()}

    def spans(self, kind: str) -> Sequence[Span]:
        """Where triggers of this kind stand."""
        return self._spans.get(kind, ())

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether these characters stand between quotation marks."""
        return any(low <= start and end <= high for low, high in self._quotes)

    def spans_within(self, kind: str, low: int, high: int) -> Sequence[Span]:
        """The triggers of this kind that begin in words low to high."""
        starts = self._starts.get(kind)
        if not starts:
            return ()
        return [(index, end) for index in range(low, high) for end in starts.get(index, ())]

    def has(self, index: int, kind: str) -> bool:
        """Whether a word belongs to a trigger of this kind."""
        return index in self._covered.get(kind, ())

    def ends_at(self, index: int, kind: str) -> int | None:
        """The start of the trigger of this kind that ends before this word, if any."""
        return self._ends.get(kind, {}).get(index)

    def any(self, kind: str, low: int, high: int) -> bool:
        """Whether a trigger of this kind touches words low to high."""
        covered = self._covered.get(kind, frozenset())
        return bool(covered) and any(index in covered for index in range(max(0, low), min(high, len(self.words))))

    def reads(self, index: int, kind: str) -> bool:
        """Whether a word belongs to an entry of temperature.yml."""
        return index in self._reading_covered.get(kind, ())

    def reading_from(self, index: int, kind: str) -> int | None:
        """Where the longest entry of temperature.yml that starts here ends, if any."""
        ends = [end for start, end in self._reading.get(kind, ()) if start == index]
        return max(ends) if ends else None

    def reading_to(self, index: int, kind: str) -> bool:
        """Whether an entry of temperature.yml ends just before this word."""
        return any(end == index for _, end in self._reading.get(kind, ()))

    def any_wall(self, one: int, other: int) -> bool:
        """Whether a sentence ends between two words."""
        return self._scene.apart(min(one, other), max(one, other))

    def is_expected(self, index: int) -> bool:
        """Whether a word may stand between a trigger and its sign without breaking the bond."""
        return self.has(index, "light") or self.has(index, "symptom_word") or self.has(index, "denial")

    def is_question_mark(self, index: int) -> bool:
        """Whether a question ends here."""
        return index < len(self.words) and self.words[index].word == QUESTION

    def sentence(self, find: Stretch) -> Span:
        """The words of the sentence around a sign."""
        return self._between(find, self._sentence_ends)

    def clause(self, find: Stretch) -> Span:
        """The words around a sign up to the next mark or "but"."""
        return self._between(find, self._clause_ends)

    def statement(self, find: Stretch) -> Span:
        """The words around a sign or number up to the end of the sentence or "but"."""
        return self._between(find, self._statement_ends)

    def _between(self, find: Stretch, ends: Sequence[int]) -> Span:
        place = bisect_left(ends, find.first)
        low = ends[place - 1] + 1 if place else 0
        place = bisect_left(ends, find.last)
        high = ends[place] if place < len(ends) else len(self.words)
        return max(low, find.first - REACH), min(high, find.last + REACH)


def _unmasked(spans: list[Span], masks: list[Span]) -> list[Span]:
    """Triggers that are not part of a phrase that means something else ("no doubt")."""
    owner: dict[int, Span] = {}
    for low, high in masks:
        for index in range(low, high):
            if index not in owner or high - low > owner[index][1] - owner[index][0]:
                owner[index] = (low, high)
    kept = []
    for start, end in spans:
        masked = any(
            index in owner and owner[index][1] - owner[index][0] >= end - start for index in range(start, end)
        )
        if not masked:
            kept.append((start, end))
    return kept


def _of_others(own: Iterable[Span], others: Iterable[Span]) -> tuple[list[Span], list[Span]]:
    """ "The pastor's wife" and "my friend's mom" are as far away as the pastor and the friend."""
    ends = {end for _, end in others}
    apart: tuple[list[Span], list[Span]] = ([], [])
    for span in own:
        apart[span[0] in ends].append(span)
    return apart


def _of_their_own(own: Iterable[Span], others: Iterable[Span], words: Sequence[Word]) -> tuple[list[Span], list[Span]]:
    """ "El gato de mi hija" and "los nenes de mi hermana" are told of, not the daughter and the sister."""
    ends = {end for _, end in others}
    apart: tuple[list[Span], list[Span]] = ([], [])
    for span in own:
        start = span[0] - (words[span[0] - 1].word in _ITS) if span[0] else 0
        apart[start > 1 and words[start - 1].word in _OF and start - 1 in ends].append(span)
    return apart


def _by_start(spans: Iterable[Span]) -> dict[int, list[int]]:
    table: dict[int, list[int]] = {}
    for start, end in spans:
        table.setdefault(start, []).append(end)
    return table


def _cover(spans: Iterable[Span]) -> frozenset[int]:
    return frozenset(index for start, end in spans for index in range(start, end))
