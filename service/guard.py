"""What every request passes before Django sees it: size and time limits of the body; headers of every answer.

Not for: who may do what (channels/).
"""
from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, MutableMapping

from intake.words import Words

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Hook = Callable[[], Awaitable[None]]

HEADERS = [
    (b"content-security-policy", b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
     b"img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Largest body in bytes, and the seconds in which the whole of it must have arrived."""

    bytes: int
    seconds: float


class TooLarge(Exception):
    """The body is larger than allowed."""


class Guard:
    """Reads the whole body within the limits, then lets `application` answer."""

    def __init__(self, application: Application, limits: Limits, words: Words) -> None:
        self._application = application
        self._limits = limits
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            body = await asyncio.wait_for(self._body(scope, receive), self._limits.seconds)
        except TooLarge:
            return await self._refuse(send, 413, "too_long")
        except asyncio.TimeoutError:
            return await self._refuse(send, 408, "too_slow")
        await self._application(scope, _replay(body, receive), _with_headers(send))

    async def _refuse(self, send: Send, status: int, code: str) -> None:
        """A JSON error of our API's form; the rest of the body is not read."""
        message = self._words.say(f"utter_unknown/{code}", "web").text
        body = json.dumps({"error": {"code": code, "message": message}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        await _with_headers(send)({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._limits.bytes:
            raise TooLarge
        body = b""
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                return body
            body += event.get("body", b"")
            if len(body) > self._limits.bytes:
                raise TooLarge
            if not event.get("more_body"):
                return body


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever the connection says next."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Event:
        return left.pop() if left else await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def sent(event: Event) -> None:
        if event["type"] == "http.response.start":
            event["headers"] = [*event.get("headers", []), *HEADERS]
        await send(event)

    return sent


def with_lifespan(application: Application, *, start: Hook, stop: Hook) -> Application:
    """Runs `start` before the first request and `stop` after the last."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return await application(scope, receive, send)
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await stop()
                await send({"type": "lifespan.shutdown.complete"})
                return None

    return wrapped
