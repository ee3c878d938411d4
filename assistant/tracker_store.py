"""A tracker store that keeps only what the dialogue needs, so that message 2,000 costs what message 5 costs.

Kept per conversation: the last turns, every filled slot and the running form. The whole conversation lives in the
service's `transcripts`. Conversations survive a restart of Rasa in one SQLite file; losing that file loses no message.
"""
from __future__ import annotations

import json
import os
import sqlite3
from collections import OrderedDict
from pathlib import Path
from typing import Any, Iterable, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS_KEPT = 2
CONVERSATIONS_IN_MEMORY = 2_000
SCHEMA = "CREATE TABLE IF NOT EXISTS dialogue (conversation TEXT PRIMARY KEY, events TEXT NOT NULL)"
UPSERT = "INSERT INTO dialogue VALUES (?, ?) ON CONFLICT(conversation) DO UPDATE SET events = excluded.events"


class SlimTrackerStore(TrackerStore, SerializedTrackerAsText):
    """Rasa's tracker store interface over a small cache in memory and one SQLite file."""

    def __init__(
        self,
        domain: Optional[Domain],
        event_broker: Optional[EventBroker] = None,
        host: Optional[str] = None,
        path: Optional[str] = None,
        **kwargs: Any,
    ) -> None:
        """`path`: the SQLite file; by default dialogue.sqlite3 beside the other run-time files, ":memory:" for none."""
        super().__init__(domain, event_broker, **kwargs)
        self._recent: OrderedDict[str, list[Event]] = OrderedDict()
        self._database = _open(path or str(Path(os.environ.get("NK92_VAR", "var")) / "dialogue.sqlite3"))

    async def save(self, tracker: DialogueStateTracker) -> None:
        await self.stream_events(tracker)
        kept = slim(tracker)
        self._remember(tracker.sender_id, kept)
        written = json.dumps([event.as_dict() for event in kept])
        self._database.execute(UPSERT, (tracker.sender_id, written))

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        events = self._recent.get(sender_id)
        if events is not None and not self._is_kept(sender_id):
            del self._recent[sender_id]  # deleted at the patient's request, by the console
            return None
        if events is None:
            events = self._read(sender_id)
            if events is None:
                return None
            self._remember(sender_id, events)
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots)

    async def keys(self) -> Iterable[str]:
        return [row[0] for row in self._database.execute("SELECT conversation FROM dialogue")]

    def _is_kept(self, sender_id: str) -> bool:
        return self._database.execute("SELECT 1 FROM dialogue WHERE conversation = ?", (sender_id,)).fetchone() is not None

    def _remember(self, sender_id: str, events: list[Event]) -> None:
        self._recent[sender_id] = events
        self._recent.move_to_end(sender_id)
        if len(self._recent) > CONVERSATIONS_IN_MEMORY:
            self._recent.popitem(last=False)

    def _read(self, sender_id: str) -> Optional[list[Event]]:
        row = self._database.execute("SELECT events FROM dialogue WHERE conversation = ?", (sender_id,)).fetchone()
        if row is None:
            return None
        events = [Event.from_parameters(parameters) for parameters in json.loads(row[0])]
        return [event for event in events if event is not None]


def slim(tracker: DialogueStateTracker) -> list[Event]:
    """The events of the last TURNS_KEPT turns, after a prologue that restores the session, the slots and the form."""
    events = list(tracker.events)
    starts = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    if len(starts) <= TURNS_KEPT:
        return events
    cut = starts[-TURNS_KEPT]
    while cut > 0 and not _is_listen(events[cut]):
        cut -= 1
    return _prologue(tracker, events[cut].timestamp) + events[cut:]


def _prologue(tracker: DialogueStateTracker, at: float) -> list[Event]:
    prologue: list[Event] = [ActionExecuted("action_session_start", timestamp=at), SessionStarted(timestamp=at)]
    for name, slot in tracker.slots.items():
        if slot.value != slot.initial_value:
            prologue.append(SlotSet(name, slot.value, timestamp=at))
    if tracker.active_loop_name:
        prologue.append(ActiveLoop(tracker.active_loop_name, timestamp=at))
    return prologue


def _is_listen(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _open(path: str) -> sqlite3.Connection:
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    # A copy of what the service holds: a power cut may cost the last turns of context, never a message.
    database.execute("PRAGMA synchronous = OFF")
    database.execute(SCHEMA)
    return database
