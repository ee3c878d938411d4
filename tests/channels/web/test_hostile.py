"""Somebody with a session of their own tries to read, change, silence or delete the conversation of another."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from itertools import product
from typing import Any

import httpx
import pytest

from tests.service.processes import WEB, Stack

SECRET = "my secret is the lighthouse"


class Victim:
    """A patient whose words nobody else may see, and everything that an attacker might have learnt of them."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.patient = stack.patient()
        self.patient.say(SECRET, client_id="v1")
        newest = "SELECT conversation_id, id FROM transcripts_message WHERE text = ? ORDER BY id DESC LIMIT 1"
        ((self.conversation, self.message),) = stack.rows(newest, SECRET)
        self.token = self.patient.opened["token"]
        self.before = self.patient.history()

    def untouched(self) -> bool:
        return self.patient.history() == self.before


@pytest.fixture
def victim(stack: Stack) -> Victim:
    return Victim(stack)


def requests(stack: Stack, headers: dict[str, str], **more: Any) -> Iterator[httpx.Response]:
    """Every verb on every address, with these headers."""
    address = stack.service.address
    for path in ("/api/messages", "/api/messages?after=0", "/api/messages?before=99", "/api/conversation"):
        for method in ("GET", "POST", "DELETE", "PUT", "PATCH"):
            body = {"client_id": "h1", "text": "hostile", **more} if method in ("POST", "PUT", "PATCH") else None
            yield WEB.request(method, address + path, headers=headers, json=body)


def read_stream(stack: Stack, headers: dict[str, str]) -> str:
    """What the stream gives at first."""
    text = ""
    try:
        with httpx.stream("GET", f"{stack.service.address}/api/stream", headers=headers, timeout=0.5) as answer:
            for piece in answer.iter_text():
                text += piece
    except httpx.HTTPError:
        pass
    return text


@pytest.mark.parametrize("name", ["conversation", "conversation_id", "sender", "session", "token", "id", "user", "reply_to"])
def test_naming_the_other_conversation_anywhere_leads_nowhere(stack: Stack, victim: Victim, name: str) -> None:
    mine = stack.patient()
    for value in (victim.conversation, victim.token, victim.message):
        header = name.replace("_", "-").title()
        named = {**mine.headers, f"X-{header}": str(value), "Cookie": f"{name}={value}; sessionid={value}"}
        answers = [
            WEB.get(f"{mine.url}?{name}={value}&after=0", headers=named),
            WEB.get(f"{mine.url}/{value}", headers=named),
            WEB.get(f"{stack.service.address}/api/conversation/{value}", headers=named),
            mine.post("hostile", **{name: value}),
        ]
        assert all(SECRET not in answer.text for answer in answers)
    assert SECRET not in read_stream(stack, {**named, "Last-Event-ID": "0"})
    assert SECRET not in json.dumps(mine.history())
    assert victim.untouched()


def forged(victim: str, own: str) -> Iterator[str]:
    """Tokens pieced together from a known one of one's own, and from the parts of another's without its signature."""
    payload, stamp, signature = own.rsplit(":", 2)
    other, other_stamp, other_signature = victim.rsplit(":", 2)
    for parts in product((payload, other), (stamp, other_stamp), (signature, other_signature[::-1], "")):
        if parts != (payload, stamp, signature):
            yield ":".join(parts)
    yield other
    yield f"{other}:{other_stamp}"
    yield f"{other}:{other_stamp}:{other_signature.lower()}"
    yield f"{own}:{victim[:-1]}"
    yield base64.urlsafe_b64encode(victim.encode()[:-2]).decode()
    yield json.dumps({"conversation": victim[:-1]})
    yield victim[:-1] + ("A" if victim[-1] != "A" else "B")


def test_no_token_that_was_not_issued_opens_anything(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    for token in forged(victim.token, mine.opened["token"]):
        headers = {"Authorization": f"Bearer {token}"}
        for answer in requests(stack, headers):
            assert answer.status_code in (401, 405), token
            assert SECRET not in answer.text
        assert SECRET not in read_stream(stack, headers)
    assert victim.untouched()


def test_token_signed_by_us_for_another_purpose_is_no_session(stack: Stack, victim: Victim) -> None:
    from django.core import signing

    key = (stack.folder / "secrets" / "django_key").read_text().strip()
    for salt in ("django.core.signing", "channels.sms.session", "staff", ""):
        token = signing.dumps(victim.conversation, key=key, salt=salt)
        assert WEB.get(victim.patient.url, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    listed = signing.dumps([victim.conversation], key=key, salt="channels.web.session")
    assert WEB.get(victim.patient.url, headers={"Authorization": f"Bearer {listed}"}).status_code == 401


def test_token_counts_in_the_header_alone(stack: Stack, victim: Victim) -> None:
    for answer in (
        WEB.get(f"{victim.patient.url}?token={victim.token}"),
        WEB.get(f"{victim.patient.url}?Authorization=Bearer%20{victim.token}"),
        WEB.get(victim.patient.url, headers={"Cookie": f"token={victim.token}; Authorization=Bearer {victim.token}"}),
        WEB.get(victim.patient.url, headers={"X-Authorization": f"Bearer {victim.token}"}),
        WEB.get(victim.patient.url, headers={"Authorization": f"Basic {victim.token}"}),
    ):
        assert answer.status_code == 401 and SECRET not in answer.text


def test_two_authorizations_never_mix_two_conversations(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    for joined in (
        [("Authorization", mine.headers["Authorization"]), ("Authorization", "Bearer " + victim.token[:-1])],
        [("Authorization", mine.headers["Authorization"] + ", Bearer " + victim.token)],
    ):
        answer = WEB.get(mine.url, headers=joined)
        assert SECRET not in answer.text


def test_same_client_id_in_another_conversation_is_another_message(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    answer = mine.post("what did they say?", client_id="v1")
    assert answer.status_code == 200 and SECRET not in answer.text
    assert victim.untouched()


def test_quick_reply_of_another_conversation_says_nothing(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    answer = mine.post("", choice="q_0123456789abcdef")
    assert SECRET not in answer.text
    assert "How long does it last?" not in [line["text"] for line in mine.history() if line["from"] == "patient"]


def test_deleting_deletes_ones_own_conversation_alone(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    mine.say("mine")
    named = {**mine.headers, "X-Conversation": victim.conversation}
    WEB.request("DELETE", f"{stack.service.address}/api/conversation?conversation={victim.conversation}", headers=named, json={"id": victim.conversation})
    assert victim.untouched()
    assert WEB.get(mine.url, headers=mine.headers).status_code == 401


def test_flood_of_one_patient_takes_nothing_from_another(stack: Stack, victim: Victim) -> None:
    mine = stack.patient()
    streams = []
    for _ in range(12):
        streams.append(WEB.stream("GET", f"{stack.service.address}/api/stream", headers=mine.headers))
        streams[-1].__enter__()
    try:
        assert victim.patient.say("still there?")
    finally:
        for stream in streams:
            stream.__exit__(None, None, None)


def test_ids_of_conversations_cannot_be_guessed_or_counted(stack: Stack) -> None:
    tokens = {stack.patient().opened["token"] for _ in range(40)}
    names = [row[0] for row in stack.rows("SELECT id FROM transcripts_conversation")]
    assert len(tokens) == 40
    assert all(len(base64.urlsafe_b64decode(name + "==")) >= 16 for name in names)


def test_logs_hold_neither_words_nor_tokens(stack: Stack, victim: Victim) -> None:
    read_stream(stack, victim.patient.headers)
    WEB.delete(f"{stack.service.address}/api/conversation", headers=victim.patient.headers)
    assert "web.deleted" in stack.log
    assert "lighthouse" not in stack.log and victim.token not in stack.log
