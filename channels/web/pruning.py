"""Drops from the patterns of the red flags what other phrases and patterns find anyway. Not for phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations, pairwise

from channels.web.stems import Element, Phrase, runs, shortest
from triage.patterns import Joint

NEAR = 8  # words that the widget allows between two parts of a sign; larger distances are written down

Speaks = Callable[[str, str], bool]  # whether an alarm of one kind says all that the other says


@dataclass
class Sign:
    """One thing to look for: elements in this order with little between. Each is a choice of labels."""

    kind: str
    labels: list[list[str]]
    joints: list[Joint]

    def reaches(self, other: Sign) -> Iterator[tuple[int, ...]]:
        """Which elements of `other` stand as near, and in the order, that these elements ask for."""
        for chosen in combinations(range(len(other.labels)), len(self.labels)):
            if all(_holds(joint, other.joints[a:b]) for joint, (a, b) in zip(self.joints, pairwise(chosen))):
                yield chosen
                if len(chosen) == 2 and not self.joints[0].ordered:
                    yield chosen[::-1]


def _holds(joint: Joint, others: Sequence[Joint]) -> bool:
    """Whether a joint holds wherever these joints, one behind the other, hold."""
    if len(others) > 1 and not all(one.ordered for one in others):
        return False
    room = sum(one.gap for one in others) + 2 * (len(others) - 1)
    return max(joint.gap, NEAR) >= room and (not joint.ordered or others[0].ordered)


class Pruning:
    """Works on the signs of one language."""

    def __init__(self, concepts: Mapping[str, Element], denial: Set[Phrase], speaks: Speaks) -> None:
        """`denial`: what denies the words behind it, so that a sign must begin with it and not behind it."""
        self._concepts, self._denial, self._speaks = concepts, denial, speaks

    def element(self, labels: Iterable[str]) -> Element:
        return shortest(phrase for label in labels for phrase in self._meant(label))

    def _denies(self, element: Element) -> bool:
        return any(phrase[:1] in self._denial for phrase in element)

    def _meant(self, label: str) -> Element:
        return self._concepts[label[2:]] if label[0] == "w" else frozenset([tuple(label[2:].split())])

    def pruned(self, signs: list[Sign], phrases: Mapping[Phrase, Set[str]]) -> list[Sign]:
        """`phrases`: the kinds of the phrases that are signs by themselves."""
        self._without_phrases(signs, phrases)
        return self._without_others(signs)

    def _without_phrases(self, signs: Iterable[Sign], phrases: Mapping[Phrase, Set[str]]) -> None:
        """Drops labels that are an alarm alone."""
        for sign in signs:
            if any(self._denies(self.element(labels)) for labels in sign.labels):
                continue
            for place, labels in enumerate(sign.labels):
                sign.labels[place] = [
                    label
                    for label in labels
                    if not all(
                        any(self._speaks(kind, sign.kind) for run in runs(phrase) for kind in phrases.get(run, ()))
                        for phrase in self._meant(label)
                    )
                ]

    def _without_others(self, signs: list[Sign]) -> list[Sign]:
        """Drops what another sign finds: whole signs, and single labels."""
        signs = [sign for sign in signs if all(sign.labels)]
        signs.sort(key=lambda sign: (-len(sign.labels), -sum(map(len, sign.labels))))
        elements = {id(sign): [self.element(labels) for labels in sign.labels] for sign in signs}
        for sign in signs:
            for other in signs:
                if other is sign or len(other.labels) > len(sign.labels) or not self._speaks(other.kind, sign.kind):
                    continue
                if all(other.labels) and all(sign.labels):
                    self._drop(sign, other, elements)
        return [sign for sign in signs if all(sign.labels)]

    def _drop(self, sign: Sign, other: Sign, elements: dict[int, list[Element]]) -> None:
        mine, theirs = elements[id(sign)], elements[id(other)]
        for chosen in other.reaches(sign):
            outside = [(place, found) for place, found in zip(chosen, theirs) if not _within(mine[place], found)]
            if len(outside) > 1 or any(self._denies(element) for place, element in enumerate(mine) if place not in chosen):
                continue
            if not outside:
                sign.labels = [[] for _ in sign.labels]
                return
            ((place, found),) = outside
            sign.labels[place] = [label for label in sign.labels[place] if not _within(self._meant(label), found)]
            mine[place] = self.element(sign.labels[place])


def _within(small: Element, large: Element) -> bool:
    return all(not large.isdisjoint(runs(phrase)) for phrase in small)
