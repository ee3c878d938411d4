"""What breaks: Rasa, the service itself, the client's connection. Nothing that was received may be lost."""

from __future__ import annotations

import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.service.processes import PATIENCE, Patient, Stack


def wait_for_replies(patient: Patient, count: int, seconds: float = 25) -> list[dict[str, object]]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        replies = [line for line in patient.history() if line["from"] == "assistant"]
        if len(replies) >= count:
            return replies
        time.sleep(0.1)
    raise AssertionError(f"fewer than {count} replies after {seconds} s")


def unfinished(stack: Stack) -> int:
    return int(stack.rows("SELECT count(*) FROM transcripts_message WHERE answered = 0")[0][0])


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("#silent", "silent"),
        ("#500", "broken"),
        ("#html", "broken"),
        ("#broken", "broken"),
        ("#list", "broken"),
        ("#null", "broken"),
        ("#wrongtypes", "broken"),
        ("#blank", "broken"),
        ("#hang", "late"),
    ],
)
def test_patient_gets_the_safe_reply_when_rasa_fails(stack: Stack, word: str, outcome: str) -> None:
    patient = stack.patient()
    patient.greet()
    before = time.monotonic()
    replies = patient.say(f"question {word}")
    assert [reply["response"] for reply in replies] == ["utter_unknown/no_answer"]
    assert "(303) 555-0142" in replies[0]["text"] and "911" in replies[0]["text"]
    assert time.monotonic() - before < PATIENCE + 1
    reason = stack.rows("SELECT outcome FROM transcripts_reason ORDER BY id DESC LIMIT 1")
    assert reason == [(outcome,)]


def test_safety_words_come_first_when_rasa_fails(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    replies = patient.say("I can't breathe #500")
    assert replies[0]["response"] == "utter_report/emergency"
    assert replies[0]["text"].startswith("Call 911 now.")


def test_safety_words_come_before_a_reply_of_a_lower_level(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    replies = patient.say("I can't breathe")
    assert [reply["response"] for reply in replies] == ["utter_report/emergency", "utter_case/saved", "utter_education/fatigue"]
    assert [line["level"] for line in patient.history()][-4] == "emergency"


def test_spanish_emergency_is_answered_in_spanish(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    assert patient.say("No puedo respirar, ayuda por favor")[0]["response"] == "utter_report/emergency_es"


def test_unreachable_rasa_gives_the_safe_reply_and_messages_go_on_when_it_is_back(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    stack.gateway.stop()
    assert patient.say("are you there")[0]["response"] == "utter_unknown/no_answer"
    stack.gateway.start("/health")
    assert patient.say("and now?")[0]["text"].startswith("echo: and now?")
    assert unfinished(stack) == 0


def test_frozen_rasa_delays_nobody_for_long_once_it_is_known(stack: Stack) -> None:
    patients = [stack.patient() for _ in range(4)]
    for patient in patients:
        patient.greet()
    stack.gateway.send(signal.SIGSTOP)
    for patient in patients[:2]:
        assert patient.say("one")[0]["response"] == "utter_unknown/no_answer"
    before = time.monotonic()
    assert patients[2].say("two")[0]["response"] == "utter_unknown/no_answer"
    assert time.monotonic() - before < 0.5
    stack.gateway.send(signal.SIGCONT)
    deadline = time.monotonic() + 12
    while not patients[3].say("three")[0]["text"].startswith("echo"):
        assert time.monotonic() < deadline, "Rasa is back and nobody asks it"
        time.sleep(0.3)


def test_late_answer_is_thrown_away(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    assert patient.say(f"slow #wait={PATIENCE + 0.7}")[0]["response"] == "utter_unknown/no_answer"
    time.sleep(1.2)
    assert [line["response"] for line in patient.history() if line["from"] == "assistant"][-1:] == [
        "utter_unknown/no_answer"
    ]


def test_killed_service_answers_once_after_its_restart(own_stack: Stack) -> None:
    patient = own_stack.patient()
    patient.greet()
    with ThreadPoolExecutor() as pool:
        lost = pool.submit(patient.post, "what is nk-92 #wait=1", client_id="killed")
        time.sleep(0.4)
        own_stack.service.stop(signal.SIGKILL)
        assert isinstance(lost.exception(), httpx.HTTPError)
    assert unfinished(own_stack) == 1
    own_stack.service.start("/health")
    replies = wait_for_replies(patient, 3)
    time.sleep(2.5)
    again = patient.say("ignored", client_id="killed")
    assert [reply["text"] for reply in again] == [replies[-1]["text"]]
    assert len([line for line in patient.history() if line["from"] == "assistant"]) == 3
    assert len([line for line in patient.history() if line["client_id"] == "killed"]) == 1


def test_client_that_leaves_at_once_is_still_answered(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    body = json.dumps({"client_id": "gone", "text": "what is nk-92 #wait=0.5"}).encode()
    token = patient.headers["Authorization"]
    head = f"POST /api/messages HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {token}\r\n"
    with socket.create_connection(("127.0.0.1", stack.service.port)) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        time.sleep(0.05)
    replies = wait_for_replies(patient, 3, seconds=5)
    assert str(replies[-1]["text"]).startswith("echo: what is nk-92")


def test_stop_lets_messages_in_work_finish(own_stack: Stack) -> None:
    patient = own_stack.patient()
    patient.greet()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(patient.say, "slow #wait=0.8")
        time.sleep(0.3)
        own_stack.service.stop(signal.SIGTERM)
        assert waiting.result()[0]["text"].startswith("echo: slow")
    assert unfinished(own_stack) == 0


def test_service_without_tables_does_not_start_and_says_what_to_do(own_stack: Stack) -> None:
    own_stack.service.stop()
    (own_stack.folder / "service.sqlite3").unlink()
    with pytest.raises(RuntimeError, match=r"manage\.py migrate"):
        own_stack.service.start("/health")


def test_locked_database_refuses_honestly_and_an_emergency_gets_its_words(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    import sqlite3

    blocker = sqlite3.connect(stack.folder / "service.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        answer = patient.post("I can't breathe", client_id="locked")
    finally:
        blocker.execute("ROLLBACK")
    assert answer.status_code == 503
    message = answer.json()["error"]["message"]
    assert message.startswith("Call 911 now.") and "could not save" in message
    assert patient.say("I can't breathe", client_id="locked")[0]["level"] == "emergency"
