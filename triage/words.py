"""Cuts plain text into words, numbers and the few marks that matter. Not for meaning.

spaCy's own tokenizer keeps every string it has seen in its store; patients' words must not stay in memory,
so words are cut here and only words of our own rules ever reach spaCy.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from triage.normalise import Plain
from triage.spelling import Speller

UNKNOWN = "_"
BAR = "|"  # raw of the mark that an emoji stands for
BREAK = "^"  # raw of the mark that a capital letter stands for
HARD, QUESTION, SOFT, COLON = ".", "?", ",", ":"
NUMBER, MANY, EIGHTIES, YEAR = "#", "##", "8#", "####"
MARKS = frozenset((HARD, QUESTION, SOFT, COLON))

_PIECE = re.compile(
    r"(?P<number>\d+ \. ?\d(?!\d)|1 0 \d(?: ?[.,] ?\d)?(?!\d)|\d+(?:[.,':/]\d+)*|\.\d+)"
    r"|(?P<word>(?:can|don|won|isn|wasn|doesn|didn|couldn|haven|hasn|aren) t\b|(?:i|you|we|they) (?:m|ve)\b|i m\b"
    r"|w/o\b|(?:spo2|o2|co2|il2|b12|a1c|cd\d+|covid19)\b|[a-z]+(?:'[a-z]+)*)"
    r"|(?P<soft>\.\.+|[,()/|]|\s-+\s|--+|[¿¡])"
    r"|(?P<question>[.!\s]*\?[?!.\s]*)|(?P<hard>[.!;\n][.!;\s]*)|(?P<colon>:)|(?P<and>[&+])|(?P<sign>[°%$=]|-(?![a-z])|(?<![a-z])-)"
)
_KIND_WORD = {"soft": SOFT, "question": QUESTION, "hard": HARD, "colon": COLON, "and": "and"}
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "sr", "sra"))  # "Dr. Chen saw the rash" is one sentence
_CLOSED = str.maketrans("", "", "' ")
_MANY_FROM, _MANY_TO = 8, 99  # so many tablets at once are an overdose; larger numbers are milligrams


class Word(NamedTuple):
    """One piece of the text: `word` as the rules spell it (or UNKNOWN), `raw` as written, place in the original."""

    word: str
    raw: str
    start: int
    end: int


def number_word(digits: str) -> str:
    """Numbers as the rules see them: 70 to 89 alike, the others from 8 to 99 alike, years alike, the rest as they are."""
    if re.fullmatch(r"0\d", digits):
        return YEAR  # "in '09"
    if len(digits) < 3 and _MANY_FROM <= int(digits) <= _MANY_TO:
        return EIGHTIES if digits[0] in "78" and len(digits) == 2 else MANY
    return YEAR if re.fullmatch(r"(19|20)\d\d", digits) else digits


def _known_number(raw: str, speller: Speller) -> str:
    word = number_word(raw) if raw.isdigit() else raw
    return word if speller.knows(word) else NUMBER


def _closed(raw: str, speller: Speller) -> str:
    """The word without apostrophes: "can't" is cant; "throat's" is a throat that is or has."""
    if speller.is_short(raw):
        return raw
    closed = raw.translate(_CLOSED)
    return raw[:-2] if raw.endswith("'s") and not speller.knows(closed) and speller.knows(raw[:-2]) else closed


def _starts_sentence(text: str, start: int, end: int, after_lower: bool) -> bool:
    """A capital after a lower-case word: people leave out the full stop ("no fever Chest hurts").

    Only words of the rules do: "as a child in Poland I had" goes on.
    """
    return after_lower and end - start > 1 and text[start].isupper() and text[start + 1].islower()


def cut(plain: Plain, original: str, speller: Speller) -> list[Word]:
    """The pieces of the text in order; a word written together ("chestpain") becomes several with one span."""
    words: list[Word] = []
    after_lower = False
    for match in _PIECE.finditer(plain.text):
        kind, raw = match.lastgroup, match.group()
        start, end = plain.source_span(match.start(), match.end())
        if kind == "word":
            if _starts_sentence(original, start, end, after_lower) and speller.knows(_closed(raw, speller)):
                words.append(Word(SOFT, BREAK, start, start))
            words.extend(Word(known, raw, start, end) for known in speller.read(_closed(raw, speller)))
            after_lower = original[start].islower()
            continue
        after_lower = False
        if kind == "number":
            words.append(Word(_known_number(raw, speller), raw, start, end))
        elif kind == "sign":
            words.append(Word(UNKNOWN, raw, start, end))
        elif kind == "hard" and raw.strip() == "." and words and words[-1].raw in _TITLES:
            continue
        elif kind is not None:
            words.append(Word(_KIND_WORD[kind], raw, start, end))
    return words
