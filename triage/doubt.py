"""Which signs the rules leave open: they count, and a second look that hears no alarm at all may say that nobody has them now.

A sign is open where it is merely named, or where something speaks against it without deciding: a question, a time gone by, a rule said
back, another person. Never a thought of suicide, nor a temperature in figures. Not for signs that the rules discount by themselves (context.py, frame.py).
"""

from __future__ import annotations

from triage.result import Level
from triage.signs import Find
from triage.surroundings import Surroundings
from triage.words import MARKS, QUESTION

_A_NAME, _FEW = 2, 4  # words of a sign that may only be named; of a message that says what it has
_NEAR, _VERB = 3, 5  # words around a sign in which its owner stands; its verb
_NOW = ("present", "ongoing")
_PEOPLE = ("first_person", "own_people", "third_person")
_AGAINST_ANYWHERE = (  # what alarms hold two to nine times more seldom than what only sounds like one: in any sentence …
    "past", "past_self", "past_far", "hypothetical", "condition", "question", "cited", "recital", "recital_near", "outsider",
)  # fmt: skip
_AGAINST = (*_AGAINST_ANYWHERE, "figurative", "other_people")  # … and in the sign's own


def is_open(around: Surroundings, find: Find) -> bool:
    """Whether this sign, which counts, may yet be no more than spoken of."""
    rule = find.rule
    if rule.level < Level.ask or rule.even_if_asked or rule.after_alarm:
        return False
    return merely_named(around, find) or _spoken_against(around, find)


def _spoken_against(around: Surroundings, find: Find) -> bool:
    """ "Had one seizure in 98", "the man upstairs had a stroke", "should it happen that she will not wake"."""
    low, high = around.sentence(find)
    if any(around.any(kind, low, high) for kind in _AGAINST) or (around.is_question_mark(high) and not find.rule.temperature):
        return True  # "fever maybe?" is asked for its number
    elsewhere = any(around.spans(kind) for kind in _AGAINST_ANYWHERE) or any(word.word == QUESTION for word in around.words)
    return elsewhere and not find.rule.temperature and not _is_had(around, find)


def merely_named(around: Surroundings, find: Find) -> bool:
    """ "Seizure risk", "the leaflet lists chest pain": a word or two that may be no more than spoken of.

    Somebody has it, gets it, or it is somebody's; it is there now or goes on; or a message of few words says it and does not ask.
    """
    if find.last - find.first > _A_NAME:
        return False
    if any(around.any(kind, *around.statement(find)) for kind in _NOW) or _is_had(around, find):
        return False
    low, high = around.sentence(find)
    asks = around.is_question_mark(high)
    few = sum(word.word not in MARKS for word in around.words) <= _FEW
    if find.rule.temperature:  # "might be a fever, no idea": the number is asked for, unless this is a question itself
        starts = (index for index in range(low, find.first) if around.has(index, "question_start"))
        return not few and (asks or any(not around.has(index, "maybe") for index in starts))
    return not few or asks


def _is_had(around: Surroundings, find: Find) -> bool:
    """ "I have chest pain", "she fainted", "got hives", "his rash", "rash on my legs": a person and a verb, or whose it is."""
    low, high = around.clause(find)
    before, after = (max(low, find.first - _NEAR), find.first), (find.last, min(high, find.last + _NEAR))
    if around.any("owner", *before) or around.any("owner", *after) or around.any("got", *before):
        return True
    verbs = max(low, find.first - _VERB), min(high, find.last + 1)
    had = any(around.any(kind, *verbs) for kind in ("present_verb", "past_verb"))
    return had and any(around.any(kind, low, high) for kind in _PEOPLE)
