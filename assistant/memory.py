"""What the conversation remembers, read from the dialogue's own events: the last subject, reply and misses."""
from __future__ import annotations

from typing import Any, Iterator, Optional

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

MISSES = ("utter_unknown", "utter_outside/", "utter_followup/unknown")


def _replies(tracker: DialogueStateTracker) -> Iterator[dict[str, Any]]:
    """The assistant's replies, newest first, with their metadata."""
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            yield {"text": event.text, "buttons": event.data.get("buttons") or [], **event.metadata}


def last_subject(tracker: DialogueStateTracker) -> Optional[str]:
    """The intent of the education answer that was given last, such as "education/fatigue"."""
    return next((reply["subject"] for reply in _replies(tracker) if reply.get("subject")), None)


def last_reply(tracker: DialogueStateTracker) -> Optional[dict[str, Any]]:
    """The reply that was given last."""
    return next((reply for reply in _replies(tracker) if reply.get("text") and reply.get("response")), None)


def misses_before(tracker: DialogueStateTracker) -> int:
    """1 when the turn before this one ended without an answer, else 0."""
    turns = 0
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            turns += 1
        if turns == 2:
            return 0
        if isinstance(event, BotUttered):
            return int((event.metadata.get("response") or "").startswith(MISSES))
    return 0
