"""Puts the verdict of `triage` over whatever the classifier understood. Last in the pipeline; never raises.

A verdict of `ask` or higher turns the turn into a symptom report answered by the safety words of its level.
"""
from __future__ import annotations

import logging
from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.selector import answer_with
from triage import Level, Verdict, assess

logger = logging.getLogger(__name__)

SUICIDE = "suicide"
BELOW_FEVER = "temperature_below_fever"


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
            verdict = screened(message.get(TEXT) or "")
            answer = answer_to(verdict) if verdict is not None else None
            if verdict is not None and answer is not None:
                answer_with(message, intent="report", answer=answer, confidence=1.0)
                understanding = dict(message.get("understanding") or {}, level=verdict.level.word, also=[])
                message.set("understanding", understanding, add_to_output=True)
        return messages


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
