"""Puts the verdict of `triage` over whatever the classifier understood. Last in the pipeline; never raises.

A verdict of urgent or higher makes the intent `alarm`, answered by the safety words of its level; a fever without a usable
number makes it `temperature_question`, which opens the form (data/triage/rules.yml).
"""
from __future__ import annotations

import logging
from typing import Any, Mapping, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from assistant.last_word import last_word
from assistant.second_look import SECOND_LOOK
from assistant.selector import answer_with
from triage import Context, Level, Temperature, Verdict, assess

logger = logging.getLogger(__name__)

ALARM, QUESTION = "alarm", "temperature_question"
CHOSEN_BY_TRIAGE = (ALARM, QUESTION)  # no model may choose them


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
            verdict = screened(message.get(TEXT) or "", (message.get("metadata") or {}).get("known") or {})
            try:
                put_over(message, verdict)
            except Exception:  # the outermost edge: a component that raises leaves the patient without any reply
                logger.error("last_word.failed characters=%d", len(message.get(TEXT) or ""))
        return messages


def put_over(message: Message, verdict: Optional[Verdict]) -> None:
    """The last word's intent and answer in place of the classifier's, and the temperature as an entity for the form."""
    understanding = message.get("understanding") or {}
    last = last_word(message.get(TEXT) or "", verdict, understanding, message.get(SECOND_LOOK))
    if last.answer is None:
        return
    group = last.answer.split("/")[0]
    name = ALARM if last.level >= Level.urgent else QUESTION if last.level == Level.ask else group
    answer_with(message, intent=group, answer=last.answer, confidence=1.0, name=name)
    message.set("understanding", {**understanding, **last.changes}, add_to_output=True)
    if verdict is not None and verdict.temperature is not None and last.level != Level.ask:
        message.set(ENTITIES, [*message.get(ENTITIES, []), temperature_entity(verdict.temperature)], add_to_output=True)


def temperature_entity(temperature: Temperature) -> dict[str, Any]:
    """The temperature as Rasa's form takes it, in degrees Celsius."""
    return {
        "entity": "temperature", "value": temperature.celsius, "start": temperature.start, "end": temperature.end,
        "extractor": "TriageComponent", "confidence_entity": 1.0,
    }  # fmt: skip


def screened(text: str, known: Mapping[str, Any]) -> Optional[Verdict]:
    """The verdict; None when triage itself failed: the service screens the same text with its own copy.

    `known`: what was said before, as the service keeps it: level, signs, asked_temperature.
    """
    try:
        context = Context(
            last_level=Level[known.get("level") or "none"],
            asked_temperature=known.get("asked_temperature") is True,
            signs=frozenset(map(str, known.get("signs") or ())),
        )
        return assess(text, context=context)
    except Exception:  # the outermost edge: a component that raises leaves the patient without any reply
        logger.error("triage.failed characters=%d", len(text))
        return None
