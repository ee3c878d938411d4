"""Puts the verdict of `triage` over whatever the classifier understood. Last in the pipeline; never raises.

A verdict of `ask` or higher turns the turn into a symptom report answered by the safety words of its level.
"""
from __future__ import annotations

import logging
import re
from typing import Any, Mapping, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.second_look import REPORT, SECOND_LOOK
from assistant.selector import answer_with
from triage import Level, Verdict, assess

logger = logging.getLogger(__name__)

SUICIDE = "suicide"
BELOW_FEVER = "temperature_below_fever"
LEVEL_OF = {"report/urgent": Level.urgent}  # any other safety words of the second look are those of an emergency
FINE, NOT_NOW = "report/fine", "report/not_now"
SPANISH = "outside/spanish"
LANGUAGES = (SPANISH, "outside/other_language")
CLEAR = 0.6  # certainty above which a message was understood as English
LETTER = re.compile(r"\b\w\b")
SPEAKS_OF_NOTHING = (FINE, "report/missed_draw")


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class TriageComponent(GraphComponent):
    """Screens every text, whatever the state of the conversation."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TriageComponent:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            understanding = dict(message.get("understanding") or {})
            answer, changes = put_over(message.get(TEXT) or "", understanding, message.get(SECOND_LOOK))
            if answer is not None:
                answer_with(message, intent=answer.split("/")[0], answer=answer, confidence=1.0)
                message.set("understanding", {**understanding, **changes}, add_to_output=True)
        return messages


def put_over(text: str, understanding: Mapping[str, Any], second_look: Optional[str]) -> tuple[Optional[str], dict[str, Any]]:
    """The answer that goes over the learned one (None keeps it), and what changes in the understanding."""
    verdict = screened(text)
    spanish = "_es" if verdict is not None and verdict.language == "es" else ""
    if raised := raised_to(second_look, verdict):
        level = LEVEL_OF.get(raised, Level.emergency)
        return raised + spanish, {"level": level.word, "raised_by": "learned", "also": []}
    if verdict is None:
        return None, {}
    if (answer := answer_to(verdict)) is not None:
        return answer, {"level": verdict.level.word, "also": []}
    if verdict.discounted:
        return answer_instead(understanding.get("intent") or "", verdict), {}
    return (SPANISH if in_spanish(text, verdict, understanding) else None), {}


def raised_to(second_look: Optional[str], verdict: Optional[Verdict]) -> Optional[str]:
    """The safety words that the learned second look puts over a lower verdict; it lowers none.

    Where the rules saw a sign and discounted it (denied, asked about, someone else's), they know better.
    """
    if not second_look or (verdict is not None and verdict.discounted):
        return None
    answer = f"report/{second_look}"
    found = Level.none if verdict is None else verdict.level
    if found == Level.ask and answer in LEVEL_OF:
        return None  # the rules ask for the temperature, whose number then decides
    return answer if LEVEL_OF.get(answer, Level.emergency) > found else None


def in_spanish(text: str, verdict: Verdict, understanding: Mapping[str, Any]) -> bool:
    """Whether a message without a sign is Spanish: the English model may have taken it for a question of ours.

    A single letter ("why" is texted as "y") makes no Spanish, and a message that was clearly understood is left alone.
    """
    if verdict.language != "es" or understanding.get("intent") in LANGUAGES or understanding.get("confidence", 0.0) >= CLEAR:
        return False
    again = screened(LETTER.sub(" ", text))
    return again is not None and again.language == "es"


def answer_instead(intent: str, verdict: Verdict) -> Optional[str]:
    """What to say when a symptom was learned as happening, and the rules saw that it is not; None keeps the answer."""
    if not intent.startswith(REPORT) or intent in SPEAKS_OF_NOTHING or verdict.signs:
        return None
    return FINE if all(item.reason == "denied" for item in verdict.discounted) else NOT_NOW


def screened(text: str) -> Optional[Verdict]:
    """The verdict; None when triage itself failed: the service screens the same text with its own copy."""
    try:
        return assess(text)
    except Exception:  # the outermost edge: a component that raises leaves the patient without any reply
        logger.error("triage.failed characters=%d", len(text))
        return None


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
