"""Triage's alarms in a small form that the widget reads while the server cannot be reached (widget/triage.js).

Made from triage/rules as they stand, so it is never out of date. Simpler, and only towards alarm: words are cut to
stems, distances are wide, and of the context rules only the nearest denial and plain questions are left. Not for the
service's own verdicts.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache
from os.path import commonprefix
from pathlib import Path
from typing import Any

from channels.web.pruning import NEAR, Pruning, Sign
from channels.web.stems import SHORTEST, Element, Phrase, everyday, is_near, parts, read, rests, shortest, stem, stems
from triage import Level
from triage.patterns import is_pattern
from triage.result import Language
from triage.rules import RULES, Rule, rulebook

_READINGS = ("counted", "other_measure", "other_thing", "cue", "about", "above", "below", "reducer", "celsius_cue")
_CONTEXT = ("denial", "present", "first_person", "third_person", "own_people")
_FEVER = ("temperature", "unusable_temperature")  # signs that numbers make, in combinations
_MOST_SHARED = 25
_RANKS = "raue"  # routine (only as a part of combinations), ask, urgent, emergency
_LETTERS = {Level.ask: "a", Level.urgent: "u", Level.emergency: "e"}


def _stands_in(elements: Sequence[Element], phrase: Phrase, start: int = 0, *, fixed: bool = False) -> bool:
    """Whether the elements stand in the phrase, one behind the other; `fixed`: from its first word on."""
    if not elements:
        return True
    for place in range(start, start + 1 if fixed else len(phrase)):
        for size in range(1, len(phrase) - place + 1):
            if phrase[place : place + size] in elements[0] and _stands_in(elements[1:], phrase, place + size):
                return True
    return False


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
        phrases, patterns = self._needed()
        concepts = sorted({label for sign in patterns for labels in sign.labels for label in labels if label[0] == "w"})
        named = {label: str(place) for place, label in enumerate(concepts)}
        written: dict[str, list[str]] = {}
        for sign in patterns:
            written.setdefault(sign.kind, []).append(_written(sign, named))
        words = self._words(phrases, patterns)
        return {
            "concepts": "\n".join(listed(self._concepts[label[2:]]) for label in concepts),
            "signs": {
                kind: [listed(some), "\n".join(sorted(written.get(kind, ())))] for kind, some in sorted(phrases.items())
            },
            "combinations": [[_LETTERS[one.level], len(one.all_of)] for one in self._book.combinations],
            "fever": self._groups(*_FEVER),
            "numbers": dict(self._book.numbers),
            "shorthand": self._shorthand(words),
            "alone": self._alone(words),
            **{kind: self._single("temperature.yml", kind) for kind in _READINGS},
            **{kind: self._around(kind) for kind in _CONTEXT},
        }

    def _read(self, name: str) -> Any:
        return read(self._folder / name)

    def _single(self, file: str, kind: str) -> str:
        """The entries of one word."""
        found = {phrase for phrase in map(stems, self._read(file)[kind]) if len(phrase) == 1}
        # a stem may stand for two things, "thermometer" and "thermostat": then it tells nothing
        return listed(frozenset(found - set(map(stems, self._read(file)["cue"])) if kind == "other_thing" else found))

    def _around(self, kind: str) -> str:
        """A list of context.yml without its patterns."""
        entries = self._read("context.yml")[kind]
        return listed(shortest(stems(entry) for entry in entries if not is_pattern(entry)))

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

    def _signs(self) -> tuple[dict[str, set[Phrase]], list[Sign]]:
        """The phrases of each kind, and the patterns."""
        phrases: dict[str, set[Phrase]] = {}
        patterns = []
        for rule in self._book.rules:
            kind = self._kind(rule)
            if kind != "r":
                phrases.setdefault(kind, set()).update(map(stems, rule.phrases))
                for one in rule.patterns:
                    labels = [list(dict.fromkeys(map(_label, element))) for element in one.elements]
                    patterns.append(Sign(kind, labels, list(one.joints)))
        return phrases, patterns

    def _needed(self) -> tuple[dict[str, set[Phrase]], list[Sign]]:
        """Phrases and patterns without those that others find."""
        phrases, patterns = self._signs()
        kinds: dict[Phrase, set[str]] = {}
        for kind, some in phrases.items():
            for phrase in some:
                kinds.setdefault(phrase, set()).add(kind)
        denial = {stems(entry) for entry in self._read("context.yml")["denial"] if not is_pattern(entry)}
        pruning = Pruning(self._concepts, denial, _speaks_for)
        patterns = pruning.pruned(patterns, kinds)
        elements = [(sign.kind, [pruning.element(labels) for labels in sign.labels]) for sign in patterns]
        graver = {kind: [found for one, found in elements if _speaks_for(one, kind)] for kind in phrases}

        def is_needed(kind: str, phrase: Phrase) -> bool:
            denying = phrase[:1] in denial  # what stands behind a "no" would be taken for denied
            inside = [part for part in parts(phrase) if not denying or part == phrase[: len(part)]]
            inner = {one for part in inside for one in kinds.get(part, ())}
            if kind in inner or any(_outranks(one, kind) for one in inner | (kinds[phrase] - {kind})):
                return False
            return not any(_stands_in(found, phrase, fixed=denying) for found in graver[kind])

        return {kind: {phrase for phrase in some if is_needed(kind, phrase)} for kind, some in phrases.items()}, patterns

    def _words(self, phrases: Mapping[str, Set[Phrase]], patterns: Iterable[Sign]) -> set[str]:
        """All stems that a sign is made of."""
        found = {word for some in phrases.values() for phrase in some for word in phrase}
        for label in {label for sign in patterns for labels in sign.labels for label in labels}:
            meant = self._concepts[label[2:]] if label[0] == "w" else [tuple(label[2:].split())]
            found.update(word for phrase in meant for word in phrase)
        return found

    def _alone(self, words: Set[str]) -> str:
        """Everyday words that would be read as a slip of a word that matters."""
        words = {word for word in words if len(word) >= SHORTEST}
        by_rest: dict[str, list[str]] = {}
        for word in words:
            for rest in rests(word):
                by_rest.setdefault(rest, []).append(word)
        found = sorted(word for word in everyday(self._data) - words if len(word) > SHORTEST)
        rivals = ((word, {one for rest in rests(word) for one in by_rest.get(rest, ())}) for word in found)
        return listed((word,) for word, others in rivals if any(is_near(word, one) for one in others))

    def _shorthand(self, words: Set[str]) -> dict[str, str]:
        """Short writing of words that matter, which the widget's own spelling would not find."""
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


def _label(label: str) -> str:
    """A label with its own words cut to stems."""
    return label if label[0] == "w" else f"l:{' '.join(stems(label[2:]))}"


def _written(sign: Sign, named: Mapping[str, str]) -> str:
    """A pattern as one line: "@3>air|oxyge&@7"; @3 is a line of the concepts, the rest are stems."""
    def element(labels: Sequence[str]) -> str:
        return "|".join(sorted({f"@{named[label]}" if label[0] == "w" else label[2:].replace(" ", "_") for label in labels}))

    line = element(sign.labels[0])
    for joint, labels in zip(sign.joints, sign.labels[1:]):
        line += (">" if joint.ordered else "&") + (f"{joint.gap}~" if joint.gap > NEAR else "") + element(labels)
    return line


def listed(phrases: Iterable[Phrase]) -> str:
    """Phrases in order, each as a capital that counts the letters it shares with the one before (A: none) and the rest."""
    out = []
    before = ""
    for phrase in sorted(map(" ".join, phrases)):
        shared = min(len(commonprefix((before, phrase))), _MOST_SHARED)
        out.append(chr(ord("A") + shared) + phrase[shared:])
        before = phrase
    return "".join(out)


@lru_cache(maxsize=4)
def red_flags(language: Language, data: Path) -> Mapping[str, Any]:
    """The table of a language, ready for JSON; takes seconds. `data`: the folder of the assistant's questions."""
    return _Maker(language, data).table()


def file_of(language: Language, data: Path, folder: Path) -> Path:
    """Where in `folder` the table is kept: under another name as soon as rules, questions or the making change."""
    digest = hashlib.sha256()
    sources = [*RULES.rglob("*.yml"), *RULES.parent.glob("*.py"), *Path(__file__).parent.glob("*.py"), *data.rglob("*.yml")]
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return folder / f"red-flags-{language}-{digest.hexdigest()[:16]}.json"


def keep(language: Language, file: Path, data: Path) -> None:
    """Makes the table into its file, whole or not at all; older ones of the language go."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as draft:
        json.dump(red_flags(language, data), draft, ensure_ascii=False)
    Path(draft.name).replace(file)
    for old in set(file.parent.glob(f"red-flags-{language}-*.json")) - {file}:
        old.unlink(missing_ok=True)


def keep_missing(data: Path, folder: Path) -> None:
    """Makes the tables of both languages where they are not up to date."""
    languages: tuple[Language, ...] = ("en", "es")
    for language in languages:
        file = file_of(language, data, folder)
        if not file.exists():
            keep(language, file, data)


if __name__ == "__main__":  # python -m channels.web.red_flags DATA FOLDER
    keep_missing(Path(sys.argv[1]), Path(sys.argv[2]))
