"""Answers a patient who asks for a person: the number that is staffed now. Nothing is recorded here yet."""
from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from clinic import Clinic, load


class ActionAskPerson(Action):
    """Says `utter_ask_person/open` or, with the next opening, `utter_ask_person/closed`."""

    def __init__(self) -> None:
        self._clinic: Clinic = load(Path(os.environ.get("NK92_CLINIC", "clinic.yml")))

    def name(self) -> str:
        return "action_ask_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        now = datetime.now(timezone.utc)
        if self._clinic.is_open(now):
            dispatcher.utter_message(response="utter_ask_person/open")
        else:
            opening = self._clinic.next_opening(now)
            said = f"{opening:%A} at {opening:%-I:%M %p}"
            dispatcher.utter_message(response="utter_ask_person/closed", next_opening=said)
        return []
