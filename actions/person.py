"""Files the wish to talk to a person as a case, and says when somebody can be reached."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions import filing


class ActionAskPerson(Action):
    """Says `utter_case/request_open` or, with the next opening, `utter_case/request_closed`."""

    def name(self) -> str:
        return "action_ask_person"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        key, values = await asyncio.to_thread(
            filing.file_turn, tracker.sender_id, tracker.latest_message, level="request", source="person"
        )
        dispatcher.utter_message(response=key, **values)
        return []
