"""Whatever comes in, nobody is harmed: sizes, forms, characters, addresses, methods."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.channels.web.requests import KIND, error, head, raw
from tests.service.processes import WEB, Stack


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
