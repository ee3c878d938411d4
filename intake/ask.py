"""Asks Rasa through its gateway, within the time that is left, and says how it failed when it did. Never raises."""
from __future__ import annotations

import asyncio
import logging
from typing import Any, Mapping

import httpx

from intake.inbound import Answer, Recorded, Reply
from intake.words import RANK

logger = logging.getLogger(__name__)

PATH = "/webhooks/gateway/webhook"


class Rasa:
    """A kept-alive connection to Rasa's gateway on loopback. `url`: its address; `secret`: shared with the gateway."""

    def __init__(self, url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=30)
        self._client = httpx.AsyncClient(base_url=url, headers={"X-Gateway-Secret": secret}, limits=limits, transport=transport, trust_env=False)

    async def answer(self, message: Recorded, *, seconds: float) -> Answer:
        """What Rasa says to `message`; after `seconds` its answer no longer counts."""
        if seconds <= 0:
            return Answer("late")
        body = {
            "sender": message.conversation,
            "message_id": str(message.id),
            "text": message.text,
            "choice": message.choice or None,
            "channel": message.channel,
            "language": message.language,
        }
        try:
            response = await asyncio.wait_for(self._client.post(PATH, json=body, timeout=seconds), seconds)
            return _read(response)
        except (asyncio.TimeoutError, httpx.TimeoutException):
            return self._failed(message, "late")
        except httpx.HTTPError:
            return self._failed(message, "unreachable")
        except (ValueError, KeyError, TypeError, AttributeError):
            return self._failed(message, "broken")

    def _failed(self, message: Recorded, outcome: str) -> Answer:
        logger.warning("rasa.%s message=%d", outcome, message.id)
        return Answer(outcome)

    async def ready(self) -> bool:
        """Whether Rasa says that its model is loaded."""
        try:
            response = await self._client.get("/webhooks/gateway/health", timeout=2)
            return response.status_code == 200 and bool(response.json().get("ready"))
        except (httpx.HTTPError, ValueError):
            return False

    async def close(self) -> None:
        await self._client.aclose()


def _read(response: httpx.Response) -> Answer:
    if response.status_code != 200:
        return Answer("refused" if response.status_code in (400, 401) else "broken")
    body: Mapping[str, Any] = response.json()
    replies = [_reply(one) for one in body["replies"]]
    understanding = body.get("understanding") or {}
    if not isinstance(understanding, dict):
        raise TypeError("understanding")
    return Answer("ok" if replies else "silent", tuple(replies), understanding)


def _reply(one: Mapping[str, Any]) -> Reply:
    text, level = one["text"], one.get("level") or "none"
    if not isinstance(text, str) or not text.strip() or level not in RANK:
        raise ValueError("reply")
    buttons = [{"id": str(button["id"]), "title": str(button["title"])} for button in one.get("buttons") or []]
    facts = [str(fact) for fact in one.get("facts") or []]
    return Reply(text, level, str(one.get("response") or ""), str(one.get("source") or ""), facts, buttons)
