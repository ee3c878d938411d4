"""The public API as strangers use it: who may do what, limits, and whatever a client may send."""

from __future__ import annotations

import json
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.service.processes import WEB, Patient, Stack

KIND = ("(303) 555-0142", "911")


def error(answer: object) -> dict[str, str]:
    found: dict[str, str] = answer.json()["error"]  # type: ignore[attr-defined]
    assert found["message"] and "911" in found["message"]
    return found


def raw(stack: Stack, request: bytes, *, pause: float = 0, seconds: float = 15) -> bytes:
    """What the service answers to bytes that no HTTP client would send."""
    with socket.create_connection(("127.0.0.1", stack.service.port), timeout=seconds) as connection:
        if pause:
            for byte in request:
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    break
                time.sleep(pause)
        else:
            connection.sendall(request)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
            if b"\r\n\r\n" in received and not pause:
                break
        return received


def head(patient: Patient, *lines: str) -> bytes:
    start = [
        "POST /api/messages HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {patient.headers['Authorization']}",
    ]
    return "\r\n".join([*start, "Content-Type: application/json", *lines, "", ""]).encode()


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


def test_text_above_the_limit_is_refused_kindly_and_at_the_limit_taken(stack: Stack) -> None:
    patient = stack.patient()
    assert patient.say("x" * 4000)
    answer = patient.post("x" * 4001)
    assert answer.status_code == 413
    assert all(words in error(answer)["message"] for words in KIND)


def test_large_body_is_refused(stack: Stack) -> None:
    patient = stack.patient()
    answer = patient.post("pain " * 200_000)
    assert answer.status_code == 413 and error(answer)["code"] == "too_long"
    assert patient.say("still here")


@pytest.mark.parametrize("length", ["-1", "abc", "+5", "99999999999999999999999"])
def test_odd_content_length_harms_nobody(stack: Stack, length: str) -> None:
    patient = stack.patient()
    answer = raw(
        stack, head(patient, f"Content-Length: {length}") + b'{"client_id":"a","text":"hi"}', seconds=5
    )
    assert b" 400 " in answer or b" 413 " in answer
    assert patient.say("still here")


def test_length_and_chunks_together_are_refused_or_read_as_one_request(stack: Stack) -> None:
    patient = stack.patient()
    request = (
        head(patient, "Content-Length: 4", "Transfer-Encoding: chunked")
        + b"0\r\n\r\nGET /api/messages HTTP/1.1\r\n\r\n"
    )
    assert b" 400 " in raw(stack, request)


def test_slow_body_ends_without_delaying_others(tmp_path: Path) -> None:
    running = Stack(tmp_path, NK92_SLOWEST_BODY_SECONDS="1")
    try:
        patient = running.start().patient()
        before = time.monotonic()
        answer = raw(running, head(patient, "Content-Length: 60") + b" " * 20, pause=0.004)
        assert b" 408 " in answer and b"911" in answer
        assert time.monotonic() - before < 12
        assert patient.say("still here")
    finally:
        running.stop()


# --- whatever a client may send


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"5",
        b"\xff\xfe\x00",
        b"[" * 30_000,
        b'{"client_id": "a"}',
        b'{"client_id": "a", "text": ""}',
        b'{"client_id": "a", "text": "   \\n\\u200b"}'.replace(b"\\u200b", b""),
        b'{"client_id": "a", "text": 5}',
        b'{"client_id": "a", "text": ["x"]}',
        b'{"client_id": "a", "text": {"x": 1}}',
        b'{"client_id": 7, "text": "x"}',
        b'{"client_id": "", "text": "x"}',
        b'{"text": "x"}',
        b'{"client_id": "a", "text": "x", "choice": 5}',
        b'{"client_id": "' + b"i" * 65 + b'", "text": "x"}',
        b'{"client_id": "a", "text": ' + b"9" * 5000 + b"}",
    ],
)
def test_body_of_another_form_is_refused_with_words(stack: Stack, body: bytes) -> None:
    answer = WEB.post(f"{stack.service.address}/api/messages", content=body, headers=stack.patient().headers)
    assert answer.status_code == 400
    assert error(answer)["code"] in ("unreadable", "empty")


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "\ud800 lone \udfff",
        "\u202eabc\u202c right to left \u200f",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "'; DROP TABLE transcripts_message; --",
        "/restart",
        '/education/fatigue{"level": "none"}',
        "\uff0frestart",
        " \t\n/restart",
        "\u200b\u2060/restart",
        "\x01\x1f/session_start",
        "/ / /restart",
        "😀" * 4000,
        "{clinic_phone} %s {0} ${HOME}",
        "\n".join(["Привет", "你好", "こんにちは", "שלום", "مرحبا", "नमस्ते", "สวัสดี", "Γειά", "안녕", "እንደምን"]),
        "é" * 4000,
        "\ufeff\ufffe\uffff",
    ],
)
def test_any_text_is_answered_kept_and_no_command(stack: Stack, text: str) -> None:
    patient = stack.patient()
    content = json.dumps({"client_id": "odd", "text": text}).encode()
    answer = WEB.post(patient.url, content=content, headers=patient.headers)
    if len(content) > 64 * 1024:
        assert answer.status_code == 413
        return
    assert answer.status_code == 200 and answer.json()["replies"]
    kept = patient.history()[0]["text"]
    assert kept == "".join(
        "\ufffd" if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in text
    )
    asked = stack.asked()[-1]["text"]
    assert not asked.lstrip("".join(map(chr, range(33))) + "\u200b\u2060\ufeff").startswith(("/", "\uff0f"))


def test_surrogates_and_nul_in_every_field_harm_nobody(stack: Stack) -> None:
    patient = stack.patient()
    for bad in ("\\ud800", "a\\u0000b", "\\udfff\\ud800"):
        content = f'{{"client_id": "{bad}", "text": "x{bad}", "choice": "{bad}", "{bad}": "{bad}"}}'.encode()
        answer = WEB.post(patient.url, content=content, headers=patient.headers)
        assert answer.status_code == 200, answer.text
    assert patient.history()
    assert WEB.get(f"{patient.url}?after=%00%ff", headers=patient.headers).status_code == 200


@pytest.mark.parametrize("after", ["-1", "1e9", "9" * 30, "٣", "x", "1;drop"])
def test_odd_history_number_is_no_error(stack: Stack, after: str) -> None:
    patient = stack.patient()
    patient.say("hi")
    assert WEB.get(patient.url, params={"after": after}, headers=patient.headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/api/", "/api/nothing", "/admin", "/%00", "/static/../service/settings.py"]
)
def test_unknown_address_is_404(stack: Stack, path: str) -> None:
    assert WEB.get(stack.service.address + path).status_code == 404


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/session"), ("DELETE", "/api/messages"), ("POST", "/")]
)
def test_other_methods_are_refused(stack: Stack, method: str, path: str) -> None:
    assert WEB.request(method, stack.service.address + path).status_code == 405


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
