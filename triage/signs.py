"""Finds the signs of the rules in a message, without asking whether they count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from triage.patterns import Scene, Span
from triage.result import Sign
from triage.rules import Rule, Rulebook
from triage.words import HARD, QUESTION, Word


@dataclass(frozen=True)
class Find:
    """A sign and the words that make it up; what stands between them is not part of it."""

    rule: Rule
    parts: tuple[Span, ...]
    sign: Sign
    first: int
    last: int


def make_find(rule: Rule, parts: tuple[Span, ...], sign: Sign) -> Find:
    """A find from its first word up to (not including) `last`."""
    return Find(rule, parts, sign, min(start for start, _ in parts), max(end for _, end in parts))


def survey(book: Rulebook, words: list[Word]) -> Scene:
    """Where every word, phrase and trigger of the rule book stands in this message."""
    spans: dict[str, list[Span]] = {}
    if words:
        doc = Doc(book.vocab, words=[word.word for word in words])
        names = book.vocab.strings
        for label, start, end in sorted(book.matcher(doc), key=lambda match: (match[1], match[2])):
            spans.setdefault(names[label], []).append((start, end))
    walls = [0]
    for word in words:
        walls.append(walls[-1] + (word.word in (HARD, QUESTION)))
    return Scene(spans, walls)


def _sign(rule: Rule, parts: tuple[Span, ...], words: list[Word], text: str) -> Sign:
    start = words[min(s for s, _ in parts)].start
    end = max(words[e - 1].end for _, e in parts)
    return Sign(rule.id, rule.level, start, end, text[start:end])


def _matches(book: Rulebook, scene: Scene) -> Iterator[tuple[Rule, tuple[Span, ...]]]:
    for rule in book.rules:
        for span in scene.spans.get(f"r:{rule.id}", ()):
            yield rule, (span,)
    tried: set[int] = set()
    for label in scene.spans:
        for rule, pattern in book.by_first_label.get(label, ()):
            if id(pattern) not in tried:
                tried.add(id(pattern))
                for parts in scene.find(pattern):
                    yield rule, parts


def find_signs(book: Rulebook, scene: Scene, words: list[Word], text: str) -> list[Find]:
    """All signs in the order of the text; the same words count once for a rule."""
    seen: set[tuple[str, tuple[Span, ...]]] = set()
    finds: list[Find] = []
    for rule, parts in _matches(book, scene):
        key = (rule.id, tuple(sorted(parts)))
        if key not in seen:
            seen.add(key)
            finds.append(make_find(rule, parts, _sign(rule, parts, words, text)))
    return sorted(finds, key=lambda find: (find.first, find.last, find.sign.id))
