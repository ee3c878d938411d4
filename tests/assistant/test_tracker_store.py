from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.memory import last_reply, last_subject, misses_before
from assistant.tracker_store import TURNS_KEPT, SlimTrackerStore, slim

DOMAIN = Domain.from_dict(
    {"version": "3.1", "intents": ["education"], "slots": {"temperature": {"type": "any", "mappings": [{"type": "custom"}]}},
     "actions": ["action_ask_person"]}
)  # fmt: skip


def turn(number: int, response: str = "utter_education/fatigue") -> list[object]:
    subject = response[len("utter_") :] if response.startswith("utter_education/") else None
    metadata = {"response": response, "subject": subject}
    return [
        UserUttered(f"question {number}", intent={"name": "education", "confidence": 1.0}),
        ActionExecuted("utter_education"),
        BotUttered(f"answer {number}", metadata=metadata),
        ActionExecuted("action_listen"),
    ]


def tracker(turns: int, *more: object) -> DialogueStateTracker:
    events: list[object] = [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]
    for number in range(turns):
        events += turn(number)
    events += more
    return DialogueStateTracker.from_events("c1", events, DOMAIN.slots)  # type: ignore[arg-type]


def test_long_conversation_keeps_its_last_turns_only() -> None:
    assert len(slim(tracker(500))) == len(slim(tracker(5)))
    kept = [event.text for event in slim(tracker(500)) if isinstance(event, UserUttered)]
    assert kept == [f"question {number}" for number in range(500 - TURNS_KEPT, 500)]


def test_short_conversation_is_kept_whole() -> None:
    assert slim(tracker(1)) == list(tracker(1).events)


def test_filled_slot_survives_the_turn_that_filled_it() -> None:
    long = tracker(1, SlotSet("temperature", 38.4), *turn(2), *turn(3), *turn(4))
    again = DialogueStateTracker.from_events("c1", slim(long), DOMAIN.slots)
    assert again.get_slot("temperature") == 38.4


@pytest.mark.parametrize("restart", [False, True])
def test_conversation_comes_back_also_after_a_restart(tmp_path: Path, restart: bool) -> None:
    path = str(tmp_path / "dialogue.sqlite3")
    store = SlimTrackerStore(DOMAIN, path=path)
    asyncio.run(store.save(tracker(6)))
    if restart:
        store = SlimTrackerStore(DOMAIN, path=path)
    again = asyncio.run(store.retrieve("c1"))
    assert again is not None
    assert again.latest_message is not None and again.latest_message.text == "question 5"
    assert last_subject(again) == "education/fatigue"


def test_conversation_that_was_deleted_from_the_file_is_forgotten_in_memory_too(tmp_path: Path) -> None:
    path = tmp_path / "dialogue.sqlite3"
    store = SlimTrackerStore(DOMAIN, path=str(path))
    asyncio.run(store.save(tracker(3)))
    with sqlite3.connect(path) as elsewhere:
        elsewhere.execute("DELETE FROM dialogue")
    assert asyncio.run(store.retrieve("c1")) is None


def test_unknown_conversation_is_nobodys() -> None:
    store = SlimTrackerStore(DOMAIN, path=":memory:")
    asyncio.run(store.save(tracker(1)))
    assert asyncio.run(store.retrieve("c2")) is None
    assert list(asyncio.run(store.keys())) == ["c1"]


def test_last_subject_is_that_of_the_last_education_answer() -> None:
    talk = tracker(1, *turn(2, "utter_smalltalk/thanks"))
    assert last_subject(talk) == "education/fatigue"
    last = last_reply(talk)
    assert last is not None and last["response"] == "utter_smalltalk/thanks"


@pytest.mark.parametrize(("response", "misses"), [("utter_unknown", 1), ("utter_outside/cost", 1), ("utter_education/fever", 0)])
def test_miss_in_the_turn_before_counts(response: str, misses: int) -> None:
    talk = tracker(1, *turn(2, response), UserUttered("and now"))
    assert misses_before(talk) == misses


def test_miss_two_turns_ago_is_forgotten() -> None:
    talk = tracker(0, *turn(1, "utter_unknown"), *turn(2), UserUttered("and now"))
    assert misses_before(talk) == 0
