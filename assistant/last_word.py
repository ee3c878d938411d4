"""What goes over the learned answer: triage's verdict, a level that the learned second look raises, what triage discounted.

Pure decisions; assistant/triage_component.py carries them out. Not for finding signs (triage/) or for sentences (data/).
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional

from assistant.second_look import REPORT, Heard, Raised
from triage import Level, Verdict, assess

SUICIDE = "suicide"
BELOW_FEVER = "temperature_below_fever"
LEVEL_OF = {"report/urgent": Level.urgent}  # any other safety words of the second look are those of an emergency
FINE, NOT_NOW = "report/fine", "report/not_now"
SPANISH = "outside/spanish"
LANGUAGES = (SPANISH, "outside/other_language")
CLEAR = 0.6  # certainty above which a message was understood as English
LETTER = re.compile(r"\b\w\b")
UNKNOWN = "nlu_fallback"
TOLD_OF, DENIED = {"past", "someone_else"}, {"denied"}
SPEAKS_OF_NOTHING = (FINE, "report/missed_draw")


@dataclass(frozen=True)
class LastWord:
    """The answer that goes over the learned one (None keeps it), the level it speaks at, what changes in the understanding."""

    answer: Optional[str] = None
    level: Level = Level.none
    changes: Mapping[str, Any] = field(default_factory=dict)


def last_word(text: str, verdict: Optional[Verdict], understanding: Mapping[str, Any], heard: Optional[Heard]) -> LastWord:
    """`verdict`: None when triage itself failed; `heard`: None when the second look did. The second look may raise a level and
    lowers none; where it is calm, signs that triage leaves open do not count."""
    if verdict is not None and heard is not None and heard.calm:
        verdict = verdict.firm
    second_look = heard.raised if heard else None
    spanish = "_es" if verdict is not None and verdict.language == "es" else ""
    if raised := raised_to(second_look, verdict):
        level = LEVEL_OF.get(raised, Level.emergency)
        return LastWord(raised + spanish, level, {"intent": raised, "level": level.word, "raised_by": "learned", "also": []})
    if verdict is None:
        return LastWord()
    if (answer := answer_to(verdict)) is not None:
        return LastWord(answer, verdict.level, {"intent": answer, "level": verdict.level.word, "also": []})
    if verdict.discounted:
        return LastWord(answer_instead(understanding, verdict))
    if understanding.get("doubtful") and verdict.level < Level.urgent:
        return LastWord(NOT_NOW)
    if in_spanish(text, verdict, understanding):
        return LastWord(SPANISH, changes={"offered": [], "close": False})  # what an English reader took it for
    return LastWord()


def raised_to(second_look: Optional[Raised], verdict: Optional[Verdict]) -> Optional[str]:
    """The safety words that the learned second look puts over a lower verdict; it lowers none.

    Where the rules saw a sign and discounted it (denied, asked about, someone else's), or ask for a temperature, they know better,
    unless it is sure.
    """
    found = Level.none if verdict is None else verdict.level
    heard_better = verdict is not None and (verdict.discounted or found == Level.ask)
    if second_look is None or (heard_better and not second_look.sure):
        return None
    answer = f"report/{second_look.level}"
    if found == Level.ask and answer in LEVEL_OF:
        return None  # the rules ask for the temperature, whose number then decides
    return answer if LEVEL_OF.get(answer, Level.emergency) > found else None


def in_spanish(text: str, verdict: Verdict, understanding: Mapping[str, Any]) -> bool:
    """Whether a message without a sign is Spanish: the English model may have taken it for a question of ours.

    A single letter ("why" is texted as "y") makes no Spanish, and a message that was clearly understood is left alone.
    """
    if verdict.language != "es" or understanding.get("intent") in LANGUAGES or understanding.get("confidence", 0.0) >= CLEAR:
        return False
    return assess(LETTER.sub(" ", text)).language == "es"


def answer_instead(understanding: Mapping[str, Any], verdict: Verdict) -> Optional[str]:
    """What to say when a symptom was learned as happening, or nothing was understood, and the rules saw that it is over, another's or
    denied; None keeps the answer."""
    intent = understanding.get("intent") or ""
    if verdict.signs:
        return None
    reasons = {item.reason for item in verdict.discounted}
    if intent == UNKNOWN:
        told_of, fine = reasons <= TOLD_OF, reasons == DENIED and understanding.get("runner_up") == FINE
        return NOT_NOW if told_of else FINE if fine else None
    if not intent.startswith(REPORT) or intent in SPEAKS_OF_NOTHING:
        return None
    return FINE if reasons == DENIED else NOT_NOW


def answer_to(verdict: Verdict) -> Optional[str]:
    """The answer that triage puts over the classifier's; None when there is nothing to put."""
    if verdict.level >= Level.ask:
        return safety_words(verdict)
    if any(sign.id == BELOW_FEVER for sign in verdict.signs):
        return "report/below_fever" + ("_es" if verdict.language == "es" else "")
    return None


def safety_words(verdict: Verdict) -> str:
    """The answer that holds the safety words of the verdict, in the patient's language."""
    name = verdict.level.word
    highest = [sign.id for sign in verdict.signs if sign.level == verdict.level]
    if highest and all(SUICIDE in sign for sign in highest):  # with any other emergency beside it, 911 comes first
        name = SUICIDE
    return f"report/{name}" + ("_es" if verdict.language == "es" else "")
