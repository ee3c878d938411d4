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

from assistant.selector import answer_with
from triage import Context, Level, Temperature, Verdict, assess

logger = logging.getLogger(__name__)

REPORT, ALARM, QUESTION = "report", "alarm", "temperature_question"
CHOSEN_BY_TRIAGE = (ALARM, QUESTION)  # no model may choose them
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
            verdict = screened(message.get(TEXT) or "", (message.get("metadata") or {}).get("known") or {})
            if verdict is not None:
                put_over(message, verdict)
        return messages


def put_over(message: Message, verdict: Verdict) -> None:
    """The verdict's intent and answer in place of the classifier's, and the temperature as an entity for the form."""
    answer = answer_to(verdict)
    if answer is None:
        return
    name = ALARM if verdict.level >= Level.urgent else QUESTION if verdict.level == Level.ask else REPORT
    answer_with(message, intent=REPORT, answer=answer, confidence=1.0, name=name)
    understanding = dict(message.get("understanding") or {}, intent=answer, level=verdict.level.word, also=[])
    message.set("understanding", understanding, add_to_output=True)
    if verdict.temperature is not None and verdict.level != Level.ask:
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
