"""What the rest of a message says of its signs: rules recited, words quoted, who the patient is, when it happened.

Not for triggers beside the sign, which are context.py's, nor for what may or may not count (doubt.py).
"""

from __future__ import annotations

from triage.patterns import Span
from triage.signs import Find
from triage.surroundings import Surroundings
from triage.words import COLON, HARD, MARKS, QUESTION, SOFT

_SAYS_NOW = ("present", "present_if", "ongoing")
_LEAD = frozenset(("and", "so", "or", "but", "y", "o", "pero", "entonces", "hi", "hello", "hola"))
_OF_SOMEBODY = frozenset(("i", "im", "my", "your", "he", "she", "his", "her", "mi", "su", "me", "le", "tengo", "tiene"))
_THAT = frozenset(("who", "that", "which", "like", "as", "than", "que", "como", "quien", "cual", "cuando"))
_FOR = frozenset(("for", "on", "off", "worse"))
_THEY = frozenset(("they", "them", "their", "theyre", "les", "ellos"))
_NOW = frozenset(("now", "today", "tonight", "here", "yes", "ahora", "hoy", "ahorita", "aqui"))
_OF_IT = frozenset(("that", "it", "this", "eso", "esto"))
_SAID_BACK = ("action", "recital", "recital_near")
_SHORT = 9  # words of a sentence that only adds the time: "Motorcycle, 1983."


def recited(around: Surroundings, find: Find) -> bool:
    """ "Fever, call. Can't breathe, 911. Did I get that right?": rules said back, of nobody's body now."""
    if not around.spans("recital") and not around.any("recital_near", *around.sentence(find)):
        return False
    low, high = around.clause(find)
    low = max([low, *(index + 1 for index in range(low, find.first) if around.words[index].word == COLON)])
    end = around.sentence(find)[1]
    if around.any("own_answer", end, end + 4) or around.any("own_answer", find.last, end):
        return False  # "Would a seizure count? Asking because I just had one"
    if around.any("got", max(low, find.first - 3), find.first):
        return False  # "got the fever the leaflet talks about"
    if any(word.word in _NOW for word in around.words[low : high + 1]):
        return False
    they = any(around.has(i, "third_person") and around.words[i].word not in _THEY for i in range(low, high))
    return not (they or _mine(around, low, high)) and not any(
        around.any(kind, low, high) for kind in ("own_people", *_SAYS_NOW)
    )


def supposed(around: Surroundings, find: Find) -> bool:
    """ "If he gets a fever at night or can't breathe, who do I call?": all that follows is only thought of."""
    low, high = around.sentence(find)
    conditions = [start for start, end in around.spans("condition") if low <= start < find.last and end <= high + 1]
    if not conditions or any(around.any(kind, low, high) for kind in ("present", "present_if", "not_hypothetical")):
        return False
    first, last = around.statement(find)
    return first <= min(conditions) and (around.any("conditional", low, high) or around.is_question_mark(last))


def _mine(around: Surroundings, low: int, high: int) -> bool:
    """Whether somebody speaks of himself here; "I call" and "call me" in a rule are no symptom of mine."""
    return any(
        around.has(index, "first_person")
        and not any(around.has(near, kind) for near in (index - 1, index + 1) for kind in _SAID_BACK)
        for index in range(low, high)
    )


def mentioned(around: Surroundings, find: Find) -> bool:
    """ "I ticked "fainted" by mistake", "the booklet says "chills" ": the word is spoken of, not the thing."""
    low, high = around.sentence(find)
    if around.any("misentered", low, high) and not around.any("present_verb", *around.clause(find)):
        return True
    if not around.is_quoted(find.sign.start, find.sign.end):
        return False
    inside = [word for word in around.words[low:high] if around.is_quoted(word.start, word.end)]
    if any(word.word in _OF_SOMEBODY for word in inside):
        return False
    return around.any("mention", low, high) or around.any("cited", low, high)


def far_past(around: Surroundings, find: Find, statement: Span) -> bool:
    """ "Chest pain in 1996", "I was in a coma. Motorcycle, 1983.": so long ago that no verb needs to say it."""
    low, high = statement
    times = [span for span in around.spans("past_far") if low <= span[0] and span[1] <= high]
    if _goes_on(around, low, high) or around.any("present", low, high):
        return False
    if any(word.word in _NOW for word in around.words[low : high + 1]):
        return False
    if any(belongs(around, find, time) and not _is_now(around, find, time) for time in times):
        return True
    if around.any("present_verb", low, high):
        return False
    if high >= len(around.words) or around.words[high].word != HARD or not around.any("past_verb", low, high):
        return False
    end = next((i for i in range(high + 1, len(around.words)) if around.words[i].word in (HARD, QUESTION)), len(around.words))
    says_more = around.words[high + 1 : high + 2] and around.words[high + 1].word not in _OF_IT and any(
        around.any(kind, high, end) for kind in ("past_verb", "symptom_word", "first_person")
    )
    if says_more or end - high > _SHORT or around.any("present_verb", high, end) or around.any("ongoing", high, end):
        return False
    return around.any("past_far", high, end)


def _goes_on(around: Surroundings, low: int, high: int) -> bool:
    """ "Confused for two days" in 2020 is over; "since 2020" and "again" are not."""
    return any(
        low <= start < high and around.words[start].word not in _FOR for start, _ in around.spans("ongoing")
    )


def _is_now(around: Surroundings, find: Find, time: Span) -> bool:
    """Whether something present is said between the sign and the time."""
    return around.any("present_verb", min(find.first - 4, time[0]), max(find.last, time[1]))


def belongs(around: Surroundings, find: Find, time: Span) -> bool:
    """Not in "talking to her sister who passed in 2009"."""
    between = range(find.last, time[0]) if time[0] >= find.last else range(time[1], find.first)
    return not any(around.words[index].word in _THAT for index in between)


def asks_of_nobody(around: Surroundings, find: Find) -> bool:
    """A question that begins in the middle of a sentence and names nobody ("..., is it for the hives?")."""
    low, high = around.sentence(find)
    if high >= len(around.words) or around.words[high].word != QUESTION:
        return False
    for index in range(find.first - 1, low - 1, -1):
        if around.words[index].word == SOFT or any(
            around.has(index, kind) for kind in ("first_person", "own_people", "third_person")
        ):
            return False
        opens = index == low or around.words[index - 1].word in MARKS or around.words[index - 1].word in _LEAD
        if opens and around.has(index, "question_start") and index + 1 < find.first:
            names = ("first_person", "own_people", "third_person", "present", "not_question")
            return not any(around.any(kind, index, high) for kind in names)
    return False
