"""GET /api/stream: later lines arrive, once, to the one conversation they belong to."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.service.processes import WEB, Patient, Stack


class Listening:
    """A client that reads a stream in a thread of its own."""

    def __init__(self, stack: Stack, patient: Patient, *, after: int = 0, **headers: str) -> None:
        self.lines: list[dict[str, Any]] = []
        self.status = 0
        self.ended = threading.Event()
        self._address = f"{stack.service.address}/api/stream"
        self._headers = {**patient.headers, "Last-Event-ID": str(after), **headers}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            with httpx.stream("GET", self._address, headers=self._headers, timeout=30) as answer:
                self.status = answer.status_code
                self.kind = answer.headers["content-type"]
                for row in answer.iter_lines():
                    if row.startswith("data: ") and len(row) > 8:
                        self.lines.append(json.loads(row[6:]))
        except httpx.HTTPError:
            pass
        self.ended.set()

    def wait(self, count: int, seconds: float = 8) -> list[dict[str, Any]]:
        ends = time.monotonic() + seconds
        while len(self.lines) < count:
            assert time.monotonic() < ends, f"{len(self.lines)} of {count} lines"
            time.sleep(0.02)
        return self.lines


@contextmanager
def listening(stack: Stack, patient: Patient, **more: Any) -> Iterator[Listening]:
    yield Listening(stack, patient, **more)


def conversation_of(stack: Stack, words: str) -> str:
    found: str = stack.rows("SELECT conversation_id FROM transcripts_message WHERE text = ?", words)[0][0]
    return found


def append(stack: Stack, conversation: str, text: str) -> None:
    """What escalation does: one more row, and the conversation's last number."""
    ((last,),) = stack.rows("SELECT last_seq FROM transcripts_conversation WHERE id = ?", conversation)
    stack.rows(
        "INSERT INTO transcripts_message (conversation_id, seq, inbound, text, choice, level, answered, opens_session, response, source,"
        " facts, buttons, author, created_at) VALUES (?, ?, 0, ?, '', 'none', 1, 0, '', '', '[]', '[]', '', '2026-11-24 08:00:00')",
        conversation, last + 1, text,
    )  # fmt: skip
    stack.rows("UPDATE transcripts_conversation SET last_seq = ? WHERE id = ?", last + 1, conversation)


def test_stream_begins_with_what_the_client_has_not_seen(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("one")
    with listening(stack, patient, after=2) as client:
        assert [line["seq"] for line in client.wait(1)] == [3]
        assert client.kind.startswith("text/event-stream")


def test_later_line_arrives_within_a_moment_and_once(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("waiting for a nurse")
    with listening(stack, patient, after=3) as client:
        time.sleep(0.7)
        begun = time.monotonic()
        append(stack, conversation_of(stack, "waiting for a nurse"), "A nurse has opened your message.")
        assert client.wait(1)[0]["text"] == "A nurse has opened your message."
        assert time.monotonic() - begun < 3
        patient.say("thank you")
        lines = client.wait(3)
        assert [line["seq"] for line in lines] == [4, 5, 6]


def test_stream_of_one_patient_never_holds_the_words_of_another(stack: Stack) -> None:
    ann, bob = stack.patient(), stack.patient()
    ann.say("hello from ann")
    bob.say("hello from bob")
    with listening(stack, ann) as client:
        client.wait(3)
        bob.say("bob's secret")
        ann.say("ann again")
        client.wait(5)
        time.sleep(0.8)
        assert "bob" not in json.dumps(client.lines)


@pytest.mark.parametrize("number", ["-1", "1e9", "9" * 40, "x", "٣", ""])
def test_odd_last_number_means_from_the_beginning(stack: Stack, number: str) -> None:
    patient = stack.patient()
    patient.say("odd")
    header = [(b"authorization", patient.headers["Authorization"].encode()), (b"last-event-id", number.encode())]
    with httpx.stream("GET", f"{stack.service.address}/api/stream", headers=header, timeout=10) as answer:
        rows = (row for row in answer.iter_lines() if row.startswith("id: "))
        assert next(rows) == "id: 1"


def test_stream_without_a_token_or_by_another_method_is_refused(stack: Stack) -> None:
    address = f"{stack.service.address}/api/stream"
    assert WEB.get(address).status_code == 401
    assert WEB.get(address, headers={"Authorization": "Bearer x"}).json()["error"]["code"] == "session_over"
    assert WEB.post(address, headers=stack.patient().headers).status_code == 405
    token = stack.patient().opened["token"]
    assert WEB.get(f"{address}?token={token}").status_code == 401


def test_stream_ends_when_its_conversation_is_deleted(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("to be deleted")
    with listening(stack, patient) as client:
        client.wait(3)
        assert WEB.delete(f"{stack.service.address}/api/conversation", headers=patient.headers).status_code == 200
        assert client.ended.wait(5)


def test_sixth_tab_of_one_patient_ends_the_oldest(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("many tabs")
    clients = [Listening(stack, patient) for _ in range(5)]
    for client in clients:
        client.wait(3)
    Listening(stack, patient).wait(3)
    ends = time.monotonic() + 5
    while not any(client.ended.is_set() for client in clients) and time.monotonic() < ends:
        time.sleep(0.05)
    assert sum(client.ended.is_set() for client in clients) == 1


def test_open_streams_do_not_delay_a_stop(own_stack: Stack) -> None:
    patient = own_stack.patient()
    patient.say("listening while it stops")
    with listening(own_stack, patient) as client:
        client.wait(3)
        begun = time.monotonic()
        own_stack.service.stop(signal.SIGTERM)
        assert time.monotonic() - begun < 8
        assert client.ended.wait(2)


def test_clients_that_leave_are_forgotten(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("come and go")
    for _ in range(20):
        with httpx.stream("GET", f"{stack.service.address}/api/stream", headers=patient.headers, timeout=10) as answer:
            assert next(answer.iter_lines()) == ": open"
    time.sleep(0.3)
    clients = [Listening(stack, patient) for _ in range(5)]
    for client in clients:
        client.wait(3)
    time.sleep(0.5)
    assert not any(client.ended.is_set() for client in clients)
