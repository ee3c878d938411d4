"""Who may speak for whom, and how often: tokens, origins, limits."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.channels.web.requests import error
from tests.service.processes import WEB, Stack


@pytest.mark.parametrize(
    "token", ["", "Bearer", "Bearer x", "Basic abc", "Bearer \xe9", "Bearer " + "A" * 4000]
)
def test_no_or_forged_token_is_refused(stack: Stack, token: str) -> None:
    headers = [(b"authorization", token.encode("latin-1"))]
    for answer in (
        WEB.get(f"{stack.service.address}/api/messages", headers=headers),
        WEB.post(
            f"{stack.service.address}/api/messages", json={"client_id": "a", "text": "hi"}, headers=headers
        ),
    ):
        assert answer.status_code == 401
        assert error(answer)["code"] == "session_over"


def test_every_changed_character_of_a_token_ends_its_power(stack: Stack) -> None:
    patient = stack.patient()
    token = patient.opened["token"]
    for place in range(0, len(token), 3):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        answer = WEB.get(patient.url, headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401, place


def test_expired_token_is_refused(tmp_path: Path) -> None:
    running = Stack(tmp_path, NK92_SESSION_HOURS="0.0003")
    try:
        patient = running.start().patient()
        time.sleep(2.2)
        assert patient.post("hello").status_code == 401
    finally:
        running.stop()


def test_client_cannot_name_a_conversation(stack: Stack) -> None:
    victim, stranger = stack.patient(), stack.patient()
    victim.say("my secret")
    (conversation,) = stack.rows("SELECT conversation_id FROM transcripts_message WHERE text = 'my secret'")[
        0
    ]
    stranger.say("hi", sender=conversation, conversation=conversation, conversation_id=conversation)
    WEB.get(f"{stranger.url}?conversation={conversation}", headers=stranger.headers)
    assert "my secret" not in json.dumps(stranger.history())
    assert len(victim.history()) == 3
    assert stack.asked()[-1]["sender"] != conversation
    answer = WEB.get(stranger.url, headers={"Authorization": f"Bearer {conversation}"})
    assert answer.status_code == 401


def test_conversation_that_was_deleted_ends_the_session(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("delete me")
    (conversation,) = stack.rows("SELECT conversation_id FROM transcripts_message WHERE text = 'delete me'")[
        0
    ]
    for table, column in (
        (
            "transcripts_reason",
            "message_id IN (SELECT id FROM transcripts_message WHERE conversation_id = ?)",
        ),
        ("transcripts_message", "conversation_id = ?"),
        ("transcripts_conversation", "id = ?"),
    ):
        stack.rows(f"DELETE FROM {table} WHERE {column}", conversation)  # noqa: S608
    assert patient.post("anyone?").status_code == 401


def test_other_origins_are_refused_and_no_cors_header_is_sent(stack: Stack) -> None:
    patient = stack.patient()
    for origin in ("https://evil.example", "null"):
        headers = {**patient.headers, "Origin": origin}
        assert WEB.post(f"{stack.service.address}/api/session", headers=headers).status_code == 403
        assert WEB.get(patient.url, headers=headers).status_code == 403
    own = {**patient.headers, "Origin": stack.service.address}
    answer = WEB.post(patient.url, json={"client_id": "o", "text": "hi"}, headers=own)
    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert WEB.options(patient.url, headers=headers).status_code == 405


# --- limits


def test_too_many_messages_are_refused_but_never_an_alarm(tmp_path: Path) -> None:
    running = Stack(tmp_path, NK92_MESSAGES_PER_MINUTE="3", NK92_SESSIONS_PER_MINUTE="2")
    try:
        patient = running.start().patient()
        assert [patient.post("hello").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert error(patient.post("hello"))["code"] == "too_many"
        assert patient.say("I can't breathe")[0]["level"] == "emergency"
        assert patient.say("my temperature is 101.5 F")[0]["level"] == "urgent"
        running.patient().say("another patient is not refused")
        answer = WEB.post(f"{running.service.address}/api/session")
        assert answer.status_code == 429 and error(answer)["code"] == "too_many"
    finally:
        running.stop()
