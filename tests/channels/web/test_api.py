"""The API as a well-meaning client meets it: replies, disclosure, history, health."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.service.processes import WEB, Stack


def test_session_names_the_clinic_and_when_it_ends(stack: Stack) -> None:
    opened = stack.patient().opened
    assert opened["clinic"] == {
        "name": "Pine Ridge Cancer Center",
        "phone": "(303) 555-0142",
        "night_phone": "(303) 555-0143",
        "emergency_number": "911",
        "crisis_line": "988",
    }
    ends = datetime.fromisoformat(opened["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=71) < ends < timedelta(hours=73)


def test_reply_carries_words_buttons_source_and_facts(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    (reply,) = patient.say("tired?")
    assert reply["text"].startswith("echo: tired?")
    assert reply["buttons"] == [{"id": "q_0123456789abcdef", "title": "How long does it last?"}]
    assert (reply["source"], reply["facts"], reply["from"]) == ("Side effects", ["fatigue"], "assistant")


def test_disclosure_comes_first_and_once(stack: Stack) -> None:
    patient = stack.patient()
    first = patient.say("hello")
    assert [reply["response"] for reply in first] == ["utter_smalltalk/disclosure", "utter_education/fatigue"]
    for words in (
        "automated assistant",
        "not a person",
        "not give medical advice",
        "around the clock",
        "911",
    ):
        assert words in first[0]["text"]
    assert len(patient.say("hello again")) == 1


def test_disclosure_comes_again_after_a_day_of_silence(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    patient.say("still here")
    yesterday = (datetime.now(UTC) - timedelta(hours=24, minutes=1)).strftime("%Y-%m-%d %H:%M:%S.%f")
    stack.rows(
        "UPDATE transcripts_conversation SET last_heard_at = ? WHERE last_heard_at = "
        "(SELECT max(last_heard_at) FROM transcripts_conversation)",
        yesterday,
    )
    assert patient.say("me again")[0]["response"] == "utter_smalltalk/disclosure"


def test_first_message_of_an_emergency_gets_911_before_the_disclosure(stack: Stack) -> None:
    replies = stack.patient().say("my chest hurts and I can't breathe")
    assert [reply["response"] for reply in replies][:3] == [
        "utter_report/emergency",
        "utter_case/saved",
        "utter_smalltalk/disclosure",
    ]


def test_history_holds_both_sides_in_order_and_after_a_number_only_the_rest(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("one", client_id="a")
    patient.say("two", client_id="b")
    lines = patient.history()
    assert [line["from"] for line in lines] == ["patient", "assistant", "assistant", "patient", "assistant"]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5]
    assert [line["client_id"] for line in lines] == ["a", None, None, "b", None]
    assert patient.history(after=3) == lines[3:]
    assert patient.history(after=99) == []


def test_quick_reply_alone_shows_as_its_title(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    patient.say("", choice="q_0123456789abcdef")
    assert [line["text"] for line in patient.history() if line["from"] == "patient"][
        -1
    ] == "How long does it last?"
    assert stack.asked()[-1]["choice"] == "q_0123456789abcdef"


def test_answer_to_a_temperature_question_is_understood_in_its_context(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    assert patient.say("I feel feverish")[0]["response"] == "utter_ask_temperature"
    assert patient.say("I don't know")[0]["response"] == "utter_report/urgent"


# --- who may do what


def test_health_says_which_parts_answer(tmp_path: Path) -> None:
    running = Stack(tmp_path)
    try:
        running.start()
        health = f"{running.service.address}/health"
        assert WEB.get(health).json()["parts"] == {"service": True, "database": True, "rasa": True, "worker": False}
        running.gateway.stop()
        time.sleep(2.1)
        assert WEB.get(health).json() == {
            "status": "degraded", "parts": {"service": True, "database": True, "rasa": False, "worker": False},
        }
    finally:
        running.stop()


def test_answers_carry_security_headers(stack: Stack) -> None:
    for answer in (
        WEB.get(stack.service.address),
        WEB.get(f"{stack.service.address}/health"),
        stack.patient().post("x" * 70_000),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "*" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_nothing_that_a_patient_wrote_is_in_the_log(stack: Stack) -> None:
    patient = stack.patient()
    words = (
        "zebrafish",
        "quokka",
        "I can't breathe pangolin",
        "axolotl #500",
        "narwhal #html",
        "capybara #silent",
    )
    for text in words:
        patient.say(text)
    WEB.post(patient.url, content=b'{"client_id": "wombat", "text": "okapi', headers=patient.headers)
    WEB.get(f"{stack.service.address}/dugong")
    log = stack.log
    for line in log.splitlines():
        json.loads(line)
    assert "intake.answered" in log
    for secret in (
        "zebrafish",
        "quokka",
        "pangolin",
        "axolotl",
        "narwhal",
        "capybara",
        "wombat",
        "okapi",
        "dugong",
    ):
        assert secret not in log
    assert patient.opened["token"] not in log and "127.0.0.1:" not in log.replace("http://127.0.0.1:", "")
    assert "Traceback" not in log and '"level": "error"' not in log
