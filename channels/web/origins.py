"""Which websites may speak to the API: our own page, and the allow-list of clinic.yml. Wraps the whole application.

An answer to an allowed website carries the headers that its browser asks for (CORS); nobody else's does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any
from urllib.parse import urlsplit

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Event, Receive, Send], Awaitable[None]]

GUARDED = "/api/"
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, POST, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Last-Event-ID"),
    (b"access-control-max-age", b"600"),
    (b"content-length", b"0"),
]


def may_speak(origin: str | None, host: str, allowed: Sequence[str]) -> bool:
    """Whether a request with this Origin header may be answered; without one, no website sent it."""
    return origin is None or origin.lower() in allowed or urlsplit(origin).netloc == host


class Origins:
    """Answers preflights of allowed websites, and lets their pages read the answers of the API."""

    def __init__(self, application: Application, allowed: Sequence[str]) -> None:
        self._application = application
        self._allowed = frozenset(allowed)

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(GUARDED):
            return await self._application(scope, receive, send)
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        if origin.decode("latin-1").lower() not in self._allowed:
            return await self._application(scope, receive, send)
        shared = [(b"access-control-allow-origin", origin), (b"vary", b"Origin")]
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in headers:
            await send({"type": "http.response.start", "status": 204, "headers": [*shared, *PREFLIGHT]})
            return await send({"type": "http.response.body", "body": b""})

        async def sent(event: Event) -> None:
            if event["type"] == "http.response.start":
                event = {**event, "headers": [*event.get("headers", []), *shared]}
            await send(event)

        await self._application(scope, receive, sent)
