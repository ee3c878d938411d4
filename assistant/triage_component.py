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


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class TriageComponent(GraphComponent):
    """Screens every text, whatever the state of the conversation."""

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "TriageComponent":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            verdict = screened(message.get(TEXT) or "")
            if verdict is not None and verdict.level >= Level.ask:
                answer_with(message, intent="report", answer=safety_words(verdict), confidence=1.0)
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


def safety_words(verdict: Verdict) -> str:
    """The answer that holds the safety words of the verdict, in the patient's language."""
    name = verdict.level.word
    if any(SUICIDE in sign.id for sign in verdict.signs if sign.level == verdict.level):
        name = SUICIDE
    return f"report/{name}" + ("_es" if verdict.language == "es" else "")
