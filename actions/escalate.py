"""Files a symptom that cannot wait, and only then says the case's number. The safety words were said before, by the rule."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions import filing
from escalation.cases import RAISES_A_CASE
from wording import RANK


class ActionEscalate(Action):
    """Says `utter_case/saved` or its kin; nothing for a report that raises no case."""

    def name(self) -> str:
        return "action_escalate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        level = level_of(tracker)
        if level in RAISES_A_CASE:
            key, values = await asyncio.to_thread(
                filing.file_turn, tracker.sender_id, tracker.latest_message, level=level, source="assistant"
            )
            dispatcher.utter_message(response=key, **values)
        return []


def level_of(tracker: Tracker) -> str:
    """The highest level at which this turn was understood or answered; "none" without one."""
    understanding = tracker.latest_message.get("understanding") or {}
    levels = [str(understanding.get("level") or "none")]
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            break
        if event.get("event") == "bot":
            levels.append(str((event.get("metadata") or {}).get("level") or "none"))
    return max(levels, key=lambda level: RANK.get(level, 0))
