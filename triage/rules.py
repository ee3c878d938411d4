"""Reads the rule files of one language and builds what finds them in a text. Not for deciding.

A file with an unknown key, an empty list or a pattern that cannot be read stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from triage.normalise import normalise
from triage.patterns import Pattern, is_pattern, parse
from triage.result import Language, Level, TriageError
from triage.spelling import Speller
from triage.words import number_word

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
RULES = Path(__file__).parent / "rules"
_SIGN_FILES = ("emergency.yml", "urgent.yml", "ask.yml", "routine.yml")
_SIGN_KEYS = {"id", "level", "source", "phrases", "patterns", "even_if_over", "even_if_asked", "temperature", "replaces",
              "after_alarm"}  # fmt: skip
_COMBINATION_KEYS = {"id", "level", "source", "all_of", "beyond_hours"}
CONTEXT_KINDS = frozenset((
    "denial", "denial_weak", "denial_clause", "denial_after", "denial_dictated", "dictated_stop",
    "dictated_after", "denial_list", "not_denial", "light", "symptom_word", "but", "subject",
    "hypothetical", "not_hypothetical", "question", "question_after", "question_start", "question_open",
    "not_question", "present", "past", "past_self", "past_verb", "present_verb", "present_if", "past_near",
    "resolved", "angle", "denial_stop", "ongoing", "again", "other_people", "not_first", "not_other",
    "own_people", "third_person", "first_person", "reports", "figurative", "contact",
    "thing", "thing_link", "not_subject", "own_answer", "denial_reply", "cited",
    "not_ongoing", "not_but", "condition", "conditional", "recital", "recital_near", "not_recital", "action", "mention", "misentered", "past_far", "outsider",
    "thermometer_missing", "owner", "got", "maybe",
))  # fmt: skip
TEMPERATURE_KINDS = frozenset((
    "cue", "strong_cue", "own_cue", "other_thing", "other_measure", "degrees", "fahrenheit", "celsius",
    "above", "below", "about", "half", "point", "and_word", "earlier", "now", "reducer", "no_thermometer",
    "refusal", "joins", "vague", "celsius_cue", "counted", "kelvin", "below_zero",
    "flat_refusal", "correction",
))  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One sign: what it is called, how grave it is, whether it counts when it is over."""

    id: str
    level: Level
    source: str
    phrases: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    even_if_over: bool = False
    even_if_asked: bool = False
    temperature: bool = False
    after_alarm: bool = False
    replaces: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Combination:
    """Signs that together are graver than each alone: one of each group; some only so many hours after the infusion."""

    id: str
    level: Level
    source: str
    all_of: tuple[frozenset[str], ...]
    beyond_hours: float = 0.0


@dataclass(frozen=True)
class Rulebook:
    """All that one language knows."""

    language: Language
    rules: tuple[Rule, ...]
    combinations: tuple[Combination, ...]
    context_patterns: Mapping[str, tuple[Pattern, ...]]
    numbers: Mapping[str, int]
    by_first_label: Mapping[str, tuple[tuple[Rule, Pattern], ...]]
    matcher: PhraseMatcher
    vocab: Vocab
    speller: Speller


def _read(path: Path) -> Any:
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, yaml.YAMLError) as error:
        raise TriageError(f"rule file cannot be read: {path.name}") from error
    if not content:
        raise TriageError(f"rule file is empty: {path.name}")
    return content


def _phrase(entry: object, path: Path) -> str:
    text = normalise(str(entry)).text.replace("'", "")
    if not re.fullmatch(r"[a-z0-9#/]+( [a-z0-9#/]+)*", text):
        raise TriageError(f"{path.name}: not a plain phrase: {entry!r}")
    return " ".join(number_word(piece) if piece.isdigit() else piece for piece in text.split())


def _lists(path: Path, known: frozenset[str] | None = None) -> dict[str, list[str]]:
    content = _read(path)
    if not isinstance(content, dict) or not all(isinstance(v, list) and v for v in content.values()):
        raise TriageError(f"{path.name}: every key needs a list that is not empty")
    unknown = set(content) - known if known is not None else set()
    missing = known - set(content) if known is not None else set()
    if unknown or missing:
        raise TriageError(f"{path.name}: unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
    return {str(key): [str(entry) for entry in value] for key, value in content.items()}


def _entry(item: object, keys: set[str], path: Path) -> dict[str, Any]:
    if not isinstance(item, dict) or set(item) - keys or not {"id", "level", "source"} <= set(item):
        raise TriageError(f"{path.name}: unknown or missing key in {item!r:.80}")
    if item["level"] not in Level.__members__:
        raise TriageError(f"{path.name}: no such level: {item['level']!r}")
    return item


def _rule(item: object, path: Path) -> Rule:
    entry = _entry(item, _SIGN_KEYS, path)
    phrases, patterns = entry.get("phrases") or [], entry.get("patterns") or []
    if not phrases and not patterns:
        raise TriageError(f"{path.name}: {entry['id']} has neither phrases nor patterns")
    return Rule(
        id=str(entry["id"]),
        level=Level[entry["level"]],
        source=str(entry["source"]),
        phrases=tuple(_phrase(phrase, path) for phrase in phrases),
        patterns=tuple(parse(str(pattern)) for pattern in patterns),
        even_if_over=entry.get("even_if_over") == "true",
        even_if_asked=entry.get("even_if_asked") == "true",
        temperature=entry.get("temperature") == "true",
        after_alarm=entry.get("after_alarm") == "true",
        replaces=frozenset(map(str, entry.get("replaces", ()))),
    )


def _combination(item: object, path: Path) -> Combination:
    entry = _entry(item, _COMBINATION_KEYS, path)
    groups = tuple(frozenset(map(str, group)) for group in entry["all_of"])
    beyond = float(entry.get("beyond_hours", 0))
    return Combination(str(entry["id"]), Level[entry["level"]], str(entry["source"]), groups, beyond)


class _Collector:
    """Gathers phrases under labels, then builds the matcher and the speller from them."""

    def __init__(self) -> None:
        self.phrases: dict[str, set[str]] = {}

    def add(self, label: str, phrases: Iterable[str]) -> None:
        self.phrases.setdefault(label, set()).update(phrases)

    def add_literals(self, patterns: Iterable[Pattern]) -> None:
        for pattern in patterns:
            for label in [name for element in pattern.elements for name in element] + list(pattern.forbidden):
                if label.startswith("l:"):
                    self.add(label, [label[2:]])
                elif label not in self.phrases:
                    raise TriageError(f"pattern names an unknown concept: {label[2:]!r}")

    def words(self, prefixes: tuple[str, ...]) -> set[str]:
        return {
            word
            for label, phrases in self.phrases.items()
            if label.startswith(prefixes)
            for phrase in phrases
            for word in phrase.split()
        }

    def matcher(self, vocab: Vocab) -> PhraseMatcher:
        matcher = PhraseMatcher(vocab, attr="ORTH")
        for label, phrases in self.phrases.items():
            matcher.add(label, [Doc(vocab, words=phrase.split()) for phrase in sorted(phrases)])
        return matcher


def _collect_lists(
    collector: _Collector, lists: dict[str, list[str]], prefix: str, path: Path
) -> dict[str, tuple[Pattern, ...]]:
    patterns: dict[str, tuple[Pattern, ...]] = {}
    for kind, entries in lists.items():
        collector.add(f"{prefix}:{kind}", (_phrase(e, path) for e in entries if not is_pattern(e)))
        found = tuple(parse(entry) for entry in entries if is_pattern(entry))
        if found:
            patterns[kind] = found
    return patterns


def _rules(folder: Path) -> tuple[Rule, ...]:
    rules = tuple(_rule(item, folder / name) for name in _SIGN_FILES for item in _read(folder / name))
    names = [rule.id for rule in rules]
    if len(set(names)) != len(names):
        raise TriageError(f"{folder.name}: the same id twice: {sorted({n for n in names if names.count(n) > 1})}")
    return rules


def _by_first_label(rules: tuple[Rule, ...]) -> dict[str, tuple[tuple[Rule, Pattern], ...]]:
    table: dict[str, list[tuple[Rule, Pattern]]] = {}
    for rule in rules:
        for pattern in rule.patterns:
            for label in pattern.elements[0]:
                table.setdefault(label, []).append((rule, pattern))
    return {label: tuple(entries) for label, entries in table.items()}


@lru_cache(maxsize=4)
def rulebook(language: Language, folder: Path = RULES) -> Rulebook:
    """The rules of a language; read once, kept. Raises TriageError with what is wrong in which file."""
    here = folder / language
    rules = _rules(here)
    collector = _Collector()
    _collect_lists(collector, _lists(here / "words.yml"), "w", here / "words.yml")
    context = _collect_lists(collector, _lists(here / "context.yml", CONTEXT_KINDS), "x", here / "context.yml")
    _collect_lists(collector, _lists(here / "temperature.yml", TEMPERATURE_KINDS), "t", here / "temperature.yml")
    numbers = {str(word): int(value) for word, value in _read(here / "numbers.yml").items()}
    collector.add("t:number", numbers)
    for rule in rules:
        collector.add(f"r:{rule.id}", rule.phrases)
        collector.add_literals(rule.patterns)
    for patterns in context.values():
        collector.add_literals(patterns)
    vocab = Vocab()
    speller = Speller(
        collector.words(("w:", "x:", "t:", "r:", "l:")),
        collector.words(("w:", "r:", "t:cue", "x:denial", "x:hypothetical", "x:other_people")),
        collector.words(("w:", "r:")),
        (str(word) for word in _read(here / "leave_alone.yml")),
        {str(short): _phrase(meant, here / "shorthand.yml") for short, meant in _read(here / "shorthand.yml").items()},
        by_sound=language == "es",
    )
    return Rulebook(
        language=language,
        rules=rules,
        combinations=tuple(_combination(i, here / "combinations.yml") for i in _read(here / "combinations.yml")),
        context_patterns=context,
        numbers=numbers,
        by_first_label=_by_first_label(rules),
        matcher=collector.matcher(vocab),
        vocab=vocab,
        speller=speller,
    )
