"""What every request passes before Django sees it: size and time limits of the body; headers of every answer.

Not for: who may do what (channels/).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from wording import Words

logger = structlog.stdlib.get_logger(__name__)

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Hook = Callable[[], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
# A client that is still sending reads no answer: so much of a body that is too large is read and thrown away.
DRAINED = 4 * 1024 * 1024
DRAIN_SECONDS = 2.0


@dataclass(frozen=True)
class Limits:
    """Largest body in bytes, and the seconds in which the whole of it must have arrived."""

    bytes: int
    seconds: float


class TooLarge(Exception):
    """The body is larger than allowed."""


class Gone(Exception):
    """The client left before its request was complete."""


class Guard:
    """Reads the whole body within the limits, then lets `application` answer."""

    def __init__(self, application: Application, limits: Limits, words: Words) -> None:
        self._application = application
        self._limits = limits
        self._words = words

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1000})
        try:
            body = await asyncio.wait_for(self._body(receive), self._limits.seconds)
        except TooLarge:
            with suppress(TimeoutError):
                await asyncio.wait_for(_drain(receive), DRAIN_SECONDS)
            return await self._refuse(send, 413, "too_long")
        except TimeoutError:
            return await self._refuse(send, 408, "too_slow")
        except Gone:
            return None
        await self._application(scope, _replay(body, receive), _with_headers(send))

    async def _body(self, receive: Receive) -> bytes:
        body: bytes = b""
        while True:
            event = await receive()
            if event["type"] == "http.disconnect":
                raise Gone
            body += event.get("body", b"")
            if len(body) > self._limits.bytes:
                raise TooLarge
            if not event.get("more_body"):
                return body

    async def _refuse(self, send: Send, status: int, code: str) -> None:
        """A JSON error of our API's form; the connection ends with it."""
        error = {"code": code, "message": self._words.refusal(code, "web")}
        body = json.dumps({"error": error}).encode()
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        sent = _with_headers(send)
        await sent({"type": "http.response.start", "status": status, "headers": headers})
        await sent({"type": "http.response.body", "body": body})


async def _drain(receive: Receive) -> None:
    left = DRAINED
    while left > 0:
        event = await receive()
        left -= len(event.get("body", b"")) or 1
        if event["type"] == "http.disconnect" or not event.get("more_body"):
            return


def _replay(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then whatever the connection says next."""
    left: list[Event] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Event:
        return left.pop() if left else await receive()

    return again


def _with_headers(send: Send) -> Send:
    """Adds our headers, and the length when the body comes in one piece."""
    held: list[Event] = []

    async def sent(event: Event) -> None:
        if event["type"] == "http.response.start":
            held.append({**event, "headers": _completed(event.get("headers", []))})
            return
        while held:
            start = held.pop()
            known = any(name.lower() == b"content-length" for name, _ in start["headers"])
            if not known and not event.get("more_body"):
                start["headers"].append((b"content-length", str(len(event.get("body", b""))).encode()))
            await send(start)
        await send(event)

    return sent


def _completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Our headers, but for those that the page has set itself: the console's are its own."""
    own = [(name, value) for name, value in headers]
    named = {name.lower() for name, _ in own}
    return [*own, *(one for one in HEADERS if one[0] not in named)]


def by_path(applications: Mapping[str, Any], *, otherwise: Any) -> Application:
    """The application whose prefix the path begins with."""

    async def chosen(scope: Scope, receive: Receive, send: Send) -> None:
        for prefix, application in applications.items():
            if scope["path"].startswith(prefix):
                await application(scope, receive, send)
                return
        await otherwise(scope, receive, send)

    return chosen


def with_lifespan(application: Application, *, start: Hook, stop: Hook) -> Application:
    """Runs `start` before the first request and `stop` after the last; a failed start ends the process."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            return await application(scope, receive, send)
        await receive()
        try:
            await start()
        except (
            Exception
        ) as problem:  # the outermost edge: whatever it is, the server must not run without a start
            logger.error("service.start_failed", problem=type(problem).__name__)
            return await send({"type": "lifespan.startup.failed", "message": START_FAILED})
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await stop()
        await send({"type": "lifespan.shutdown.complete"})

    return wrapped


START_FAILED = (
    "The database cannot be used: run `python manage.py migrate`, and check NK92_VAR or NK92_DATABASE_URL."
)
