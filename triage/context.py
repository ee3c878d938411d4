"""Asks of each sign whether it is there now, in this patient (in the manner of ConText, Harkema 2009).

Triggers with a reach that ends at a terminator. In doubt about the patient's own body now, the sign counts.
"""

from __future__ import annotations

from triage.denial import denied
from triage.dictated import is_denied
from triage.frame import asks_of_nobody, belongs, far_past, mentioned, recited, supposed
from triage.patterns import Span
from triage.result import Reason
from triage.signs import Find
from triage.surroundings import REACH, Surroundings
from triage.words import BREAK, HARD, MARKS, QUESTION, SOFT, UNKNOWN

__all__ = ["is_denied", "reason_against"]

_PEOPLE = ("other_people", "own_people", "first_person")
_OF_THING = 5  # words between a thing and what happens to it
_SELF, _VERB = 8, 7  # words between a time or a verb and its sign
_POSSESSIVE, _OWN = frozenset(("my", "mi", "mis", "our")), 3
_MINE = frozenset(("my", "me", "mi", "mis"))
_OWNERS = frozenset(("my", "his", "her", "our", "their", "mi", "mis", "su", "sus", "me"))
_LINKS = frozenset(("and", "or", "y", "o", "nor", "ni", "like", "that", "que"))
_PLACE = frozenset(("on", "in", "at", "near", "outside", "en"))
_OBJECT = frozenset(("up", "in", "on", "of", "for", "the", "my", "a", "en", "de", "mi", "el", "la"))


def reason_against(around: Surroundings, find: Find) -> Reason | None:
    """Why the sign does not count, or None when it does."""
    if _figurative(around, find):
        return "figurative"
    if denied(around, find):
        return "denied"
    if _someone_else(around, find):
        return "someone_else"
    if not find.rule.even_if_asked and _asked(around, find, "hypothetical", subjects=1):
        return "hypothetical"
    if not find.rule.even_if_asked and (recited(around, find) or supposed(around, find)):
        return "hypothetical"
    if mentioned(around, find) or _question(around, find):
        return "question"
    if _past(around, find):
        return "past"
    return None


def _figurative(around: Surroundings, find: Find) -> bool:
    """ "Killing me" in "this paperwork is killing me"; not when the sign itself says more than the figure.

    A thought of suicide is taken as a whole: "sick of being alive" is more than "sick of being".
    """
    for low, high in around.spans("figurative"):
        for start, end in ((find.first, find.last),) if find.rule.even_if_asked else find.parts:
            if low < end and start < high and not (end - start > high - low and start <= low and high <= end):
                return True
    return _of_a_thing(around, find)


def _of_a_thing(around: Surroundings, find: Find) -> bool:
    """ "My wallet is bleeding", "the internet is having a seizure": what happens to a thing is no symptom."""
    if _holds(around, find, _POSSESSIVE):
        return False  # "like a truck is parked on my chest"
    for index in range(find.first - 1, max(-1, find.first - 1 - _OF_THING), -1):
        if around.has(index, "thing"):
            return True
        if not around.has(index, "thing_link"):
            return False
    return False


def _holds(around: Surroundings, find: Find, words: frozenset[str]) -> bool:
    return any(around.words[index].word in words for index in range(find.first, find.last))


def _someone_else(around: Surroundings, find: Find) -> bool:
    low, high = around.sentence(find)
    if around.any("contact", find.last, high) and _nearest_person(around, find, low) == "own_people":
        return True  # "my son has a fever, is it safe to be around him"
    inside = not find.rule.even_if_asked and around.any("other_people", find.first, find.last)
    if inside or _befalls_other(around, find):
        return True  # "my neighbour is not breathing"; thoughts of suicide name others ("a burden to everyone")
    if _holds(around, find, _MINE):
        return False  # "somebody is sitting on my chest"
    return _nearest_person(around, find, 0) == "other_people"


def _befalls_other(around: Surroundings, find: Find) -> bool:
    """ "I can't wake up my cat", "a rash on my dog"."""
    for index in range(find.last, min(find.last + 3, len(around.words))):
        if around.has(index, "other_people"):
            after = index + 1
            while after < len(around.words) and around.has(after, "other_people"):
                after += 1
            return after == len(around.words) or around.words[after].word in MARKS
        if around.words[index].word not in _OBJECT:
            return False
    return False


def _nearest_person(around: Surroundings, find: Find, low: int) -> str | None:
    """Who was named last before the sign; "he" and "it" lead further back, "she says" is no patient."""
    carried = around.any("third_person", find.first, find.last) and not around.any(
        "first_person", find.first, find.last
    )
    sentences = 0
    for index in range(find.first, max(low, find.first - 2 * REACH), -1):
        place = index - 1
        if around.words[place].word in (HARD, QUESTION):
            sentences += 1
            if not carried or sentences > 1:
                return None
        for kind in _PEOPLE:
            if around.has(place, kind):
                loose = around.words[place].word in _POSSESSIVE and find.first - place > _OWN
                if kind == "first_person" and (carried or loose or _of_place(around, place)):
                    break  # "a lady in my support group got a rash"
                if kind == "other_people" and (_reports(around, index) or _is_object(around, place)):
                    break
                if kind == "other_people" and carried and around.any("own_people", 0, place):
                    return "own_people"  # "my husband ... the young man at the desk ... he"
                return kind
        if around.has(place, "third_person") and not _reports(around, index):
            carried = True
    return None


def _of_place(around: Surroundings, place: int) -> bool:
    """ "Sat down on my step and keeled over": my step is no subject."""
    return around.words[place].word in _POSSESSIVE and place > 0 and around.words[place - 1].word in _PLACE


def _is_object(around: Surroundings, place: int) -> bool:
    """Whether somebody is only told of beside the patient ("with my neighbour", "let the cat out")."""
    while place > 0 and around.has(place - 1, "other_people"):
        place -= 1
    while place > 0 and around.words[place - 1].word in _OBJECT:
        place -= 1
        if around.has(place, "not_subject"):
            return True
    return place > 0 and around.has(place - 1, "not_subject")


def _reports(around: Surroundings, end: int) -> bool:
    """Whether this person only says or sees it ("my neighbour noticed my face drooping")."""
    return around.any("reports", end, end + 2)


def _asked(around: Surroundings, find: Find, kind: str, *, subjects: int) -> bool:
    """Whether a trigger reaches the sign: same sentence, no "but", at most so many subjects in between."""
    low, high = around.clause(find)
    if around.any("present_if" if kind == "hypothetical" else "present", low, high):
        return False
    if _leads_into(around, find, kind):
        return True
    seen = 0
    for index in range(find.first, max(-1, find.first - REACH), -1):
        if around.ends_at(index, kind) is not None:
            return True
        if index == 0 or around.words[index - 1].word in (HARD, QUESTION) or around.has(index - 1, "but"):
            return False
        if around.has(index - 1, "subject"):
            linked = index >= 2 and around.words[index - 2].word in _LINKS and seen < subjects
            seen += not linked
            if seen > subjects:
                return False
        elif around.words[index - 1].word == SOFT and not (
            _is_list(around, index, find.first) or (kind == "hypothetical" and _is_name(around, index - 1, find))
        ):
            return False
    return False


def _is_name(around: Surroundings, mark: int, find: Find) -> bool:
    """Whether a capital letter only begins a name ("if Grandpa's face"), not a sentence."""
    return around.words[mark].raw == BREAK and mark + 1 < find.first and not around.has(mark + 1, "subject")


def _leads_into(around: Surroundings, find: Find, kind: str) -> bool:
    """Whether the sign begins inside the trigger ("cuanto dura la infusion")."""
    starts = (around.ends_at(index, kind) for index in range(find.first + 1, find.last))
    return any(start is not None and start < find.first for start in starts)


def _is_list(around: Surroundings, start: int, end: int) -> bool:
    """Whether a comma leads on in a list rather than into a new statement."""
    return all(
        around.is_expected(i) or around.words[i].word in _LINKS or around.words[i].word in (SOFT, UNKNOWN)
        for i in range(start, end)
    )


def _question(around: Surroundings, find: Find) -> bool:
    """A question about the drug or about a word, rather than about this patient's body."""
    low, high = around.sentence(find)
    if around.any("own_answer", high, high + 4) or around.any("own_answer", find.last, high):
        return False  # "Does it make an arm go numb? Because mine is"
    if _asked(around, find, "question", subjects=0):
        return True
    if around.any("cited", low, find.first) and not around.any("first_person", low, high):
        return True
    if asks_of_nobody(around, find):
        return True
    if any(around.any(kind, low, high) for kind in ("first_person", "own_people", "third_person", "present")):
        return False
    ends_asking = high < len(around.words) and around.words[high].word == QUESTION
    opens_asking = around.any("question_start", low, find.first)
    if find.rule.id == "temperature" and not opens_asking:
        return False  # a number that somebody measured
    if around.any("question_after", find.last, high):
        return ends_asking or opens_asking
    if around.any("not_question", low, find.first):
        return False
    if low < find.first and around.has(low, "question_open"):
        return True
    return ends_asking and low + 1 < find.first and around.any("question_start", low, low + 2)


def _past(around: Surroundings, find: Find) -> bool:
    """Long over, or lately and said to be gone. Stroke, fainting and the like count for days even when over."""
    statement = around.statement(find)
    low, high = statement
    back = around.any("again", find.last, find.last + REACH)
    if not back and far_past(around, find, statement):
        return True
    ongoing = around.any("ongoing", low, find.first) or around.any("ongoing", find.last, high)
    if ongoing or back:
        return False
    if around.any("past_self", max(low, find.first - _SELF), find.first):
        return True
    if _told_of(around, find, "past", statement):
        return True
    if find.rule.even_if_over or not around.any("resolved", low, find.last + REACH):
        return False
    if around.any("past", low, high):
        return True
    return _told_of(around, find, "past_near", statement)


def _speaks(around: Surroundings, index: int) -> bool:
    """Whether a new statement begins with this subject; "at my sister's wedding" is none."""
    return around.has(index, "subject") and around.words[index].word not in _OWNERS


def _told_of(around: Surroundings, find: Find, kind: str, statement: Span) -> bool:
    """Whether a time of this kind belongs to the sign: told in the past tense, nothing present in between."""
    for start, end in around.spans(kind):
        if start < statement[0] or end > statement[1] or not belongs(around, find, (start, end)):
            continue
        if start >= find.last:
            verbs = (find.first - _VERB, start)
            if any(_speaks(around, index) for index in range(find.last, start)):  # "my eyes look yellow, the chills I had last year ..."
                continue
        else:
            verbs = (max(statement[0], min(start, find.first) - _VERB), find.last)
        present = around.any("present_verb", max(statement[0], min(find.first - 4, start)), max(find.last, end))
        if around.any("past_verb", *verbs) and not present:
            return True
    return False
