from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.ask import Breaker, Rasa, read_answer, request_for
from intake.fake_gateway import MISBEHAVIOUR, FakeGateway, answer_to
from intake.inbound import Answer
from tests.intake.messages import recorded

SECRET = "s" * 32


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def rasa(
    gateway: Callable[..., Any] | None = None, *, secret: str = SECRET, clock: Clock | None = None
) -> Rasa:
    transport = httpx.ASGITransport(gateway or FakeGateway(SECRET))
    return Rasa("http://rasa", secret, transport=transport, clock=clock or Clock())


async def ask(text: str, *, seconds: float = 2, secret: str = SECRET) -> Answer:
    return await rasa(secret=secret).answer(recorded(text=text), seconds=seconds)


async def test_answer_is_read_whole() -> None:
    answer = await ask("tired")
    assert answer.outcome == "ok" and answer.understanding["intent"] == "education/fatigue"
    (reply,) = answer.replies
    assert (reply.response, reply.source, reply.level) == ("utter_education/fatigue", "Side effects", "none")
    assert reply.buttons == [{"id": "q_0123456789abcdef", "title": "How long does it last?"}]


@pytest.mark.parametrize("word", MISBEHAVIOUR)
async def test_every_misbehaviour_is_named_and_gives_no_words(word: str) -> None:
    answer = await ask(f"x {word}")
    assert answer.replies == ()
    assert answer.outcome == ("silent" if word == "#silent" else "broken")


async def test_wrong_secret_is_refused() -> None:
    assert (await ask("x", secret="other")).outcome == "refused"


async def test_answer_after_the_time_is_late() -> None:
    assert (await ask("#wait=0.5", seconds=0.05)).outcome == "late"
    assert (await ask("x", seconds=0)).outcome == "late"


async def test_nobody_listening_is_unreachable() -> None:
    gone = Rasa("http://127.0.0.1:9", SECRET)
    assert (await gone.answer(recorded(), seconds=2)).outcome == "unreachable"
    assert not await gone.ready()
    await gone.close()


def test_request_is_of_the_agreed_form_and_no_command() -> None:
    message = recorded(text="/restart", choice="q_1", language="es")
    assert request_for(message) == {
        "sender": "abc",
        "message_id": "7",
        "text": " restart",
        "choice": "q_1",
        "channel": "web",
        "known": {},
        "language": "es",
    }


async def test_health_is_asked_once_in_a_while() -> None:
    asked = []

    async def gateway(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        await FakeGateway(SECRET)(scope, receive, send)

    clock = Clock()
    one = rasa(gateway, clock=clock)
    assert await one.ready() and await one.ready()
    assert len(asked) == 1
    clock.now += 3
    assert await one.ready()
    assert len(asked) == 2


async def test_after_two_late_answers_rasa_rests_and_is_tried_again() -> None:
    clock = Clock()
    hanging, gateway = True, FakeGateway(SECRET)

    async def sometimes(scope: Any, receive: Any, send: Any) -> None:
        if hanging:
            await asyncio.sleep(60)
        await gateway(scope, receive, send)

    one = rasa(sometimes, clock=clock)
    outcomes = [(await one.answer(recorded(), seconds=1.0)).outcome for _ in range(3)]
    assert outcomes == ["late", "late", "resting"]
    hanging = False
    assert (await one.answer(recorded(), seconds=1)).outcome == "resting"
    clock.now += Breaker.REST
    assert (await one.answer(recorded(), seconds=1)).outcome == "ok"
    assert (await one.answer(recorded(), seconds=1)).outcome == "ok"


def test_while_rasa_hangs_one_message_at_a_time_tries() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.missed()
    assert breaker.allows()
    breaker.missed()
    clock.now += Breaker.REST
    assert [breaker.allows() for _ in range(3)] == [True, False, False]
    breaker.heard()
    assert breaker.allows() and breaker.allows()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["replies", "text", "level", "buttons"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_of_another_form_raises_or_is_shown(body: Any) -> None:
    response = httpx.Response(200, content=json.dumps(body).encode())
    answer = read_answer(recorded(), response)
    assert answer.outcome in ("ok", "silent", "broken")
    assert all(reply.text.strip() for reply in answer.replies)


@given(st.binary())
def test_no_bytes_raise(content: bytes) -> None:
    assert read_answer(recorded(), httpx.Response(200, content=content)).outcome in ("silent", "broken")


def test_reply_is_made_fit_to_be_stored() -> None:
    body = answer_to({"text": "a\x00\ud800", "choice": None})
    body["replies"][0].update(response="r" * 200, source="s" * 200)
    (reply,) = read_answer(recorded(), httpx.Response(200, content=json.dumps(body).encode())).replies
    assert "\x00" not in reply.text and reply.text.encode()
    assert (len(reply.response), len(reply.source)) == (80, 60)


def test_one_bad_reply_spoils_the_answer() -> None:
    body = answer_to({"text": "x", "choice": None})
    body["replies"].append({"text": "y", "level": "terrible"})
    assert read_answer(recorded(), httpx.Response(200, json=body)).outcome == "broken"
