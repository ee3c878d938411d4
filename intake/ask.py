"""Asks Rasa through its gateway, within the time that is left; says how it failed. Never raises."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

from intake.inbound import Answer, Recorded, not_a_command, storable
from wording import RANK, Reply

logger = structlog.stdlib.get_logger(__name__)

WEBHOOK = "/webhooks/gateway/webhook"
HEALTH = "/webhooks/gateway/health"
JSON = "application/json"
HEALTH_SECONDS = 2.0
FRESH_FOR = 2.0  # seconds for which an answer about health counts
FAIR = 1.0  # a message that had less time left says nothing about Rasa
MOST_REPLIES = 20
LONGEST_KEY = 80
LONGEST_SOURCE = 60
Clock = Callable[[], float]


class Breaker:
    """Spares patients a Rasa that hangs: after `TOLERATED` late answers in a row, one try per `REST`."""

    TOLERATED = 2
    REST = 3.0

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._late = 0
        self._next_try = 0.0

    def allows(self) -> bool:
        """Whether Rasa may be asked now."""
        if self._late < self.TOLERATED:
            return True
        if self._clock() < self._next_try:
            return False
        self._next_try = self._clock() + self.REST
        return True

    def heard(self) -> None:
        self._late = 0

    def missed(self) -> None:
        self._late += 1
        self._next_try = self._clock() + self.REST


class Rasa:
    """Kept-alive connections to Rasa's gateway. `url`: its address; `secret`: shared with the gateway.

    It speaks to httpx's transport: the cookies and redirects of httpx.AsyncClient would double the cost.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=30)
        self._transport = transport or httpx.AsyncHTTPTransport(limits=limits)
        self._webhook, self._health_url = httpx.URL(url + WEBHOOK), httpx.URL(url + HEALTH)
        self._headers = {
            "Host": self._webhook.netloc.decode(),
            "X-Gateway-Secret": secret,
            "Content-Type": JSON,
        }
        self._clock = clock
        self._breaker = Breaker(clock)
        self._health: tuple[float, bool] = (-math.inf, False)

    async def answer(self, message: Recorded, *, seconds: float) -> Answer:
        """What Rasa says to `message`; after `seconds` its answer no longer counts."""
        if seconds <= 0:
            return _failed(message, "late")
        if not self._breaker.allows():
            return _failed(message, "resting")
        content = json.dumps(request_for(message)).encode()
        try:
            async with asyncio.timeout(seconds):
                response = await self._send(
                    httpx.Request("POST", self._webhook, headers=self._headers, content=content)
                )
        except TimeoutError:
            if seconds >= FAIR:
                self._breaker.missed()
            return _failed(message, "late")
        except httpx.HTTPError:
            return _failed(message, "unreachable")
        self._breaker.heard()
        return read_answer(message, response)

    async def _send(self, request: httpx.Request) -> httpx.Response:
        """The whole response; its connection is free again."""
        response = await self._transport.handle_async_request(request)
        try:
            await response.aread()
        finally:
            await response.aclose()
        return response

    async def ready(self) -> bool:
        """Whether Rasa says that its model is loaded; asked at most every `FRESH_FOR` seconds."""
        asked, answer = self._health
        if self._clock() - asked > FRESH_FOR:
            answer = await self._ready()
            self._health = (self._clock(), answer)
        return answer

    async def _ready(self) -> bool:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                response = await self._send(httpx.Request("GET", self._health_url, headers=self._headers))
            body = response.json()
        except (TimeoutError, httpx.HTTPError, ValueError):
            return False
        return response.status_code == 200 and isinstance(body, dict) and bool(body.get("ready"))

    async def close(self) -> None:
        await self._transport.aclose()


def request_for(message: Recorded) -> dict[str, Any]:
    """The gateway's request for one message."""
    return {
        "sender": message.conversation,
        "message_id": str(message.id),
        "text": not_a_command(message.text),
        "choice": message.choice or None,
        "channel": message.channel,
        "language": message.language,
        "known": dict(message.known),
    }


def read_answer(message: Recorded, response: httpx.Response) -> Answer:
    """The gateway's answer, checked: nothing that it says is shown unless all of it is of the agreed form."""
    if response.status_code != 200:
        return _failed(message, "refused" if response.status_code in (400, 401) else "broken")
    try:
        body = response.json()
        replies = tuple(_reply(one) for one in body["replies"][:MOST_REPLIES])
        understanding = body.get("understanding") or {}
        if not isinstance(understanding, dict):
            raise TypeError("understanding")
    except (ValueError, KeyError, TypeError, AttributeError):
        return _failed(message, "broken")
    return Answer("ok", replies, understanding) if replies else _failed(message, "silent")


def _failed(message: Recorded, outcome: str) -> Answer:
    logger.warning("rasa.no_answer", message=message.id, outcome=outcome)
    return Answer(outcome)


def _reply(one: Mapping[str, Any]) -> Reply:
    text, level = one["text"], one.get("level") or "none"
    if not isinstance(text, str) or not text.strip() or level not in RANK:
        raise ValueError("reply")
    buttons = [
        {"id": str(button["id"]), "title": storable(str(button["title"]))}
        for button in one.get("buttons") or []
    ]
    facts = [str(fact) for fact in one.get("facts") or []]
    response, source = (
        str(one.get("response") or "")[:LONGEST_KEY],
        str(one.get("source") or "")[:LONGEST_SOURCE],
    )
    return Reply(storable(text), level, response, source, facts, buttons)
