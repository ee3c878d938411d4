"""Triage's alarms in a small form that the widget reads while the server cannot be reached (widget/triage.js).

Made from triage/rules as they stand, so it is never out of date. Simpler, and only towards alarm: words are cut to
stems, distances are wide, and of the context rules only the nearest denial and plain questions are left. Not for the
service's own verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from channels.web.stems import SHORTEST, Element, Phrase, everyday, is_near, parts, read, rests, shortest, stem, stems
from triage import Level
from triage.patterns import Joint, Pattern, is_pattern
from triage.result import Language
from triage.rules import RULES, Rule, rulebook

NEAR = 8  # words that the widget allows between two parts of a sign; larger distances are written down
_READINGS = ("counted", "other_measure", "other_thing", "cue", "about", "above", "below", "reducer", "celsius_cue")
_CONTEXT = ("denial", "present", "first_person", "third_person", "own_people")
_FEVER = ("temperature", "unusable_temperature")  # signs that numbers make, in combinations
_RANKS = "raue"  # routine (only as a part of combinations), ask, urgent, emergency
_LETTERS = {Level.ask: "a", Level.urgent: "u", Level.emergency: "e"}



@dataclass(frozen=True)
class _Flag:
    """One thing to look for: elements in this order with little between. `kind`: level, suicide, groups."""

    kind: str
    elements: tuple[Element, ...]
    source: Pattern | None = None

    def stands_in(self, phrase: Phrase, start: int = 0, element: int = 0, *, fixed: bool = False) -> bool:
        """Whether the elements stand in the phrase, one behind the other; `fixed`: from its first word on."""
        if element == len(self.elements):
            return True
        for place in range(start, start + 1 if fixed else len(phrase)):
            for size in range(1, len(phrase) - place + 1):
                found = phrase[place : place + size] in self.elements[element]
                if found and self.stands_in(phrase, place + size, element + 1):
                    return True
        return False

    def covers(self, other: _Flag) -> bool:
        """Whether everything that `other` finds is found by this one, at the same kind or graver."""
        if not _speaks_for(self.kind, other.kind):
            return False
        size = len(self.elements)
        return any(
            all(map(_within, other.elements[place : place + size], self.elements))
            and all(map(_as_wide, self.joints, other.joints[place:]))
            for place in range(len(other.elements) - size + 1)
        )

    @property
    def joints(self) -> tuple[Joint, ...]:
        return self.source.joints if self.source else ()


def _as_wide(one: Joint, other: Joint) -> bool:
    """Whether a joint holds whatever the other one holds."""
    return max(one.gap, NEAR) >= other.gap and (not one.ordered or other.ordered)


def _within(small: Element, large: Element) -> bool:
    return all(phrase in large or any(part in large for part in parts(phrase)) for phrase in small)


class _Maker:
    """Makes the table of one language."""

    def __init__(self, language: Language, data: Path) -> None:
        self._data = data
        self._book = rulebook(language)
        self._folder = RULES / language
        self._concepts = {
            name: shortest(map(stems, entries)) for name, entries in self._read("words.yml").items()
        }

    def table(self) -> dict[str, Any]:
        flags = self._needed(self._flags())
        concepts = sorted({label for flag in flags if flag.source for e in flag.source.elements for label in e if label[0] == "w"})
        named = {label: str(place) for place, label in enumerate(concepts)}
        signs: dict[str, list[list[str]]] = {}
        for flag in flags:
            phrases, patterns = signs.setdefault(flag.kind, [[], []])
            if flag.source:
                patterns.append(_written(flag.source, named))
            else:
                phrases.append(" ".join(next(iter(flag.elements[0]))))
        return {
            "concepts": "\n".join(_listed(self._concepts[label[2:]]) for label in concepts),
            "signs": {kind: ["|".join(sorted(p)), "\n".join(sorted(q))] for kind, (p, q) in sorted(signs.items())},
            "combinations": [[_LETTERS[one.level], len(one.all_of)] for one in self._book.combinations],
            "fever": self._groups(*_FEVER),
            "numbers": dict(self._book.numbers),
            "shorthand": self._shorthand(flags),
            "alone": self._alone(flags),
            **{kind: self._single("temperature.yml", kind) for kind in _READINGS},
            **{kind: self._around(kind) for kind in _CONTEXT},
        }

    def _read(self, name: str) -> Any:
        return read(self._folder / name)

    def _single(self, file: str, kind: str) -> str:
        """The entries of one word."""
        found = {phrase for phrase in map(stems, self._read(file)[kind]) if len(phrase) == 1}
        # a stem may stand for two things, "thermometer" and "thermostat": then it tells nothing
        return _listed(frozenset(found - set(map(stems, self._read(file)["cue"])) if kind == "other_thing" else found))

    def _around(self, kind: str) -> str:
        """A list of context.yml without its patterns."""
        entries = self._read("context.yml")[kind]
        return _listed(shortest(stems(entry) for entry in entries if not is_pattern(entry)))

    def _groups(self, *signs: str) -> str:
        """Where these signs stand in combinations: "+0.1" is the second group of the first combination."""
        return "".join(
            f"+{place}.{group}"
            for place, combination in enumerate(self._book.combinations)
            for group, members in enumerate(combination.all_of)
            if members & set(signs)
        )

    def _kind(self, rule: Rule) -> str:
        return _LETTERS.get(rule.level, "r") + ("s" if "suicide" in rule.id else "") + self._groups(rule.id)

    def _flags(self) -> list[_Flag]:
        flags: dict[tuple[str, tuple[Element, ...]], _Flag] = {}
        for rule in self._book.rules:
            kind = self._kind(rule)
            if kind == "r":
                continue
            found = [_Flag(kind, (frozenset([stems(phrase)]),)) for phrase in rule.phrases]
            found += [_Flag(kind, tuple(map(self._element, p.elements)), p) for p in rule.patterns]
            flags.update({(flag.kind, flag.elements): flag for flag in found})
        return list(flags.values())

    def _element(self, labels: Sequence[str]) -> Element:
        phrases: set[Phrase] = set()
        for label in labels:
            phrases |= self._concepts[label[2:]] if label[0] == "w" else {stems(label[2:])}
        return shortest(phrases)

    def _needed(self, flags: list[_Flag]) -> list[_Flag]:
        """Without those that others cover."""
        patterns = [flag for flag in flags if flag.source]
        for flag in list(patterns):
            if any(one is not flag and one.covers(flag) for one in patterns):
                patterns.remove(flag)
        kinds: dict[Phrase, set[str]] = {}
        for flag in flags:
            if not flag.source:
                kinds.setdefault(next(iter(flag.elements[0])), set()).add(flag.kind)
        denial = {stems(entry) for entry in self._read("context.yml")["denial"] if not is_pattern(entry)}
        phrases = []
        for flag in flags:
            if flag.source:
                continue
            phrase = next(iter(flag.elements[0]))
            denying = phrase[:1] in denial  # what stands behind a "no" would be taken for denied
            inside = [part for part in parts(phrase) if not denying or part == phrase[: len(part)]]
            inner = {kind for part in inside for kind in kinds.get(part, ())}
            graver = {kind for kind in kinds[phrase] if kind != flag.kind}
            if any(kind == flag.kind for kind in inner) or any(_outranks(kind, flag.kind) for kind in inner | graver):
                continue
            if any(_speaks_for(one.kind, flag.kind) and one.stands_in(phrase, fixed=denying) for one in patterns):
                continue
            phrases.append(flag)
        return phrases + patterns

    def _alone(self, flags: Sequence[_Flag]) -> str:
        """Everyday words that would be read as a slip of a word that matters."""
        words = {word for flag in flags for e in flag.elements for phrase in e for word in phrase if len(word) >= SHORTEST}
        by_rest: dict[str, list[str]] = {}
        for word in words:
            for rest in rests(word):
                by_rest.setdefault(rest, []).append(word)
        found = sorted(word for word in everyday(self._data) - words if len(word) > SHORTEST)
        rivals = ((word, {one for rest in rests(word) for one in by_rest.get(rest, ())}) for word in found)
        return " ".join(word for word, others in rivals if any(is_near(word, one) for one in others))

    def _shorthand(self, flags: Sequence[_Flag]) -> dict[str, str]:
        """Short writing of words that matter, which the widget's own spelling would not find."""
        words = {word for flag in flags for element in flag.elements for phrase in element for word in phrase}
        meant = {short: " ".join(stems(long)) for short, long in self._read("shorthand.yml").items()}
        return {
            short: long
            for short, long in meant.items()
            if short.isalpha() and words & set(long.split()) and not (len(stem(short)) > SHORTEST and is_near(stem(short), long))
        }


def _outranks(kind: str, other: str) -> bool:
    """Whether a find of `kind` says all that one of `other` would, and more."""
    return _RANKS.index(kind[0]) > _RANKS.index(other[0]) and "+" not in other and "s" not in kind


def _speaks_for(kind: str, other: str) -> bool:
    return kind == other or _outranks(kind, other)


def _written(pattern: Pattern, named: Mapping[str, str]) -> str:
    """A pattern as one line: "@3>air|oxyge&@7"; @3 is a line of the concepts, the rest are stems."""
    def element(labels: Sequence[str]) -> str:
        return "|".join(
            sorted({f"@{named[label]}" if label[0] == "w" else "_".join(stems(label[2:])) for label in labels})
        )

    line = element(pattern.elements[0])
    for joint, labels in zip(pattern.joints, pattern.elements[1:]):
        line += (">" if joint.ordered else "&") + (f"{joint.gap}~" if joint.gap > NEAR else "") + element(labels)
    return line


def _listed(phrases: Element) -> str:
    return "|".join(sorted(" ".join(phrase) for phrase in phrases))


@lru_cache(maxsize=4)
def red_flags(language: Language, data: Path) -> Mapping[str, Any]:
    """The table of a language, ready for JSON. `data`: the folder of the assistant's questions."""
    return _Maker(language, data).table()
