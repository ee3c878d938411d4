"""Denial in dictated reports, to measure our triggers against the NegEx test kit. Not used for patients' messages.

The same triggers with the longer reach of a clinician's sentence: "and" and commas lead on, unknown words do not
matter.
"""

from __future__ import annotations

from triage.normalise import normalise
from triage.result import Language
from triage.rules import rulebook
from triage.signs import survey
from triage.surroundings import REACH, Surroundings
from triage.words import HARD, QUESTION, cut

_BEFORE = ("denial", "denial_weak", "denial_list", "denial_dictated")
_WORDS_AFTER = 6


def is_denied(text: str, phrase: str, *, language: Language = "en") -> bool:
    """Whether a report denies a phrase that it holds; False when the phrase is not there."""
    book = rulebook(language)
    plain = normalise(text)
    words = cut(plain, text, book.speller)
    around = Surroundings(book, survey(book, words), words)
    wanted = [word.raw for word in cut(normalise(phrase), phrase, book.speller)]
    raws = [word.raw for word in words]
    size = len(wanted)
    return any(
        raws[first : first + size] == wanted and _dictated(around, first, first + size)
        for first in range(len(raws) - size + 1)
    )


def _dictated(around: Surroundings, first: int, last: int) -> bool:
    for index in range(first, max(-1, first - REACH), -1):
        if any(around.ends_at(index, kind) is not None for kind in _BEFORE):
            return True
        if index == 0 or around.words[index - 1].word in (HARD, QUESTION) or around.has(index - 1, "dictated_stop"):
            break
    for index in range(last, min(len(around.words), last + _WORDS_AFTER)):
        if around.words[index].word in (HARD, QUESTION) or around.has(index, "dictated_stop"):
            return False
        if around.spans_within("dictated_after", index, index + 1):
            return True
    return False
