"""Answers "has anybody seen my message?" from the record."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions import filing


class ActionCaseStatus(Action):
    """Says `utter_case/opened`, `unseen`, `closed` or `none`."""

    def name(self) -> str:
        return "action_case_status"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        key, values = await asyncio.to_thread(filing.standing, tracker.sender_id)
        dispatcher.utter_message(response=key, **values)
        return []
