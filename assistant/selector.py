"""Writes a decision into a Rasa message: its intent, and the answer under that intent, where Rasa looks for both."""
from __future__ import annotations

from typing import Optional

from rasa.nlu.constants import RESPONSE_SELECTOR_PROPERTY_NAME
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message


def answer_with(message: Message, *, intent: str, answer: str, confidence: float, name: Optional[str] = None) -> None:
    """Makes `utter_<intent>` say the response `utter_<answer>`; `answer` is "group/subject".

    `name`: what the rules see as the intent, where that is another than the group that answers.
    """
    message.set(INTENT, {"name": name or intent, "confidence": confidence}, add_to_output=True)
    choice = {
        "responses": None,
        "confidence": confidence,
        "intent_response_key": answer,
        "utter_action": f"utter_{answer}",
    }
    selected = {"all_retrieval_intents": [intent], intent: {"response": choice, "ranking": []}}
    message.set(RESPONSE_SELECTOR_PROPERTY_NAME, selected, add_to_output=True)
