"""The NLU component: a patient's words in, the intent and its answer out, with the runner-up and a refusal when unsure.

It replaces Rasa's intent classifier, response selector and fallback classifier at once: all full intents
("education/fatigue") are told apart by one flat model, and Rasa's selector property is filled from its result.
"""
from __future__ import annotations

from typing import Any, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from assistant.decision import Decision, Thresholds
from assistant.encoder import Encoder, encoder_folder
from assistant.reader import Reader
from assistant.second_look import SECOND_LOOK
from assistant.selector import answer_with
from assistant.triage_component import CHOSEN_BY_TRIAGE

FALLBACK = "nlu_fallback"
READER_FILES = "reader"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class Understanding(GraphComponent):
    """Trainable component around `Reader`; all its settings stand in config.yml."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return Thresholds().as_config()

    def __init__(self, thresholds: Thresholds, storage: ModelStorage, resource: Resource, reader: Optional[Reader]) -> None:
        self._thresholds = thresholds
        self._storage = storage
        self._resource = resource
        self._reader = reader

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Understanding:
        return cls(Thresholds.from_config(config), model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Understanding:
        thresholds = Thresholds.from_config(config)
        with model_storage.read_from(resource) as folder:
            reader = Reader.load(folder, Encoder(encoder_folder()), thresholds)
        return cls(thresholds, model_storage, resource, reader)

    def train(self, training_data: TrainingData) -> Resource:
        examples = [message for message in training_data.intent_examples if message.get(INTENT) not in CHOSEN_BY_TRIAGE]
        texts = [message.get(TEXT) for message in examples]
        intents = [message.get(INTENT_RESPONSE_KEY) or message.get(INTENT) for message in examples]
        written = " ".join(variant.get("text") or "" for variants in training_data.responses.values() for variant in variants)
        self._reader = Reader.train(texts, intents, written, Encoder(encoder_folder()), self._thresholds)
        with self._storage.write_to(self._resource) as folder:
            self._reader.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            known = message.get("metadata") or {}
            choice = known.get("choice")
            decision = Decision.chosen(choice) if choice else self._read(message.get(TEXT) or "", known.get("subject"))
            _write(message, decision)
        return messages

    def _read(self, text: str, subject: Optional[str]) -> Decision:
        if self._reader is None:
            raise RuntimeError("the model is not trained")
        return self._reader.read(text, subject)


def _write(message: Message, decision: Decision) -> None:
    group = decision.intent.split("/")[0]
    answer_with(message, intent=group, answer=decision.intent, confidence=decision.confidence)
    ranking = [{"name": name.split("/")[0], "confidence": confidence} for name, confidence in decision.ranking]
    message.set("intent_ranking", ranking, add_to_output=True)
    message.set("understanding", decision.as_json(), add_to_output=True)
    message.set(SECOND_LOOK, decision.heard)
