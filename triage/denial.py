"""Whether a sign is denied: before it ("no fever"), inside it ("chest does not hurt"), after it ("fever: none").

In the manner of NegEx (Chapman 2001): triggers, false triggers, terminators, a limited reach. Patients leave out
punctuation, so a new subject ("I", "my") also ends the reach, and a comma carries it on only in a clear list.
"""

from __future__ import annotations

from triage.signs import Find
from triage.surroundings import REACH, Surroundings
from triage.words import COLON, HARD, MARKS, QUESTION, SOFT

_UNKNOWN_ALLOWED = {"denial": 3, "denial_clause": 3, "denial_weak": 1}  # unknown words between trigger and sign
_OBSTINATE = frozenset(("wont", "wouldnt"))  # "a band round my ribs that won't let go"
_NOT = frozenset(("no", "ni"))
_EITHER = frozenset(("or", "nor", "ni", "o", "u"))


def denied(around: Surroundings, find: Find) -> bool:
    """Whether the words around the sign deny it."""
    return (
        _within(around, find) or _before(around, find) or _after(around, find) or _in_the_next_sentence(around, find)
    )


def _in_the_next_sentence(around: Surroundings, find: Find) -> bool:
    """ "You ask if I have a fever. I do not." """
    words = around.words
    low, high = around.sentence(find)
    asked = high < len(words) and words[high].word == QUESTION
    if not (asked or around.any("hypothetical", low, find.first) or around.any("question", low, find.first)):
        return False
    start = high + 1
    for end in range(start + 1, min(start + 5, len(words) + 1)):
        if (end == len(words) or words[end].word in MARKS) and around.ends_at(end, "denial_reply") == start:
            return True
    return False


def _within(around: Surroundings, find: Find) -> bool:
    own = {index for start, end in find.parts for index in range(start, end)}
    begins_so = around.words[find.first].word in _NOT
    return any(
        find.first <= start and end <= find.last and own.isdisjoint(range(start, end))
        and around.words[start].word not in _OBSTINATE
        and not (begins_so and around.words[start].word == "ni")  # "no sabe quien es ni donde esta" says it twice
        for kind in ("denial", "denial_weak")
        for start, end in around.spans_within(kind, find.first, find.last)
    )


def _after(around: Surroundings, find: Find) -> bool:
    words = around.words
    for start, end in around.spans_within("denial_after", find.last, find.last + 3):
        between = words[find.last : start]
        if 0 <= start - find.last <= 2 and all(w.word in MARKS and w.word != HARD for w in between):
            alone = end >= len(words) or words[end].word in MARKS
            return alone or (not between and end - start > 1)
    return False


def _before(around: Surroundings, find: Find) -> bool:
    commas = unknown = 0
    either = subject = False
    for index in range(find.first, max(0, find.first - REACH), -1):
        kind = _trigger_ending(around, index, subject)
        if kind and unknown <= _UNKNOWN_ALLOWED[kind] and _carries(around, index, commas, unknown, either, find):
            return True
        word = around.words[index - 1].word
        if word in (HARD, QUESTION) or subject or around.has(index - 1, "but") or around.has(index - 1, "denial_stop"):
            return False
        if word in (SOFT, COLON):
            commas += 1
        elif word in _EITHER:
            either = True
        elif around.has(index - 1, "subject"):
            subject = True
        elif not around.is_expected(index - 1):
            unknown += 1
    return False


def _trigger_ending(around: Surroundings, index: int, subject: bool) -> str | None:
    if around.ends_at(index, "denial_clause") is not None:
        return "denial_clause"
    if subject:
        return None
    return next((kind for kind in ("denial", "denial_weak") if around.ends_at(index, kind) is not None), None)


def _carries(around: Surroundings, end: int, commas: int, unknown: int, either: bool, find: Find) -> bool:
    """ "No fever, chills or chest pain" is one denial; "no fever, chest pain since noon" is not."""
    if commas == 0 or (either and unknown <= 1):
        return True
    if around.ends_at(end, "denial_list") is not None:  # "denies fever, chills, nausea"
        return unknown <= 1
    after = [word.word for word in around.words[find.last : find.last + 2]]
    if after and (after[0] in _EITHER or (after[0] == SOFT and after[-1] in _EITHER)):
        return unknown == 0
    return commas >= 2 and unknown == 0 and (not after or after[0] in MARKS)
