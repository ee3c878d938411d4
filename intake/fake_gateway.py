"""A stand-in for Rasa's gateway that obeys the same contract: for tests, figures and a laptop without Rasa.

`uvicorn intake.fake_gateway:application`. Words in a message make it misbehave (MISBEHAVIOUR).
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]

HANG_SECONDS = 60.0
PLAIN = ("application/json", 200)
#: A word in the text → (body, content type, status) in place of a proper answer.
MISBEHAVIOUR: dict[str, tuple[bytes, str, int]] = {
    "#silent": (b'{"replies": [], "understanding": {}}', *PLAIN),
    "#500": (b'{"error": "turn failed"}', "application/json", 500),
    "#html": (b"<html><body>Bad gateway</body></html>", "text/html", 200),
    "#broken": (b'{"replies": [{"te', *PLAIN),
    "#list": (b"[]", *PLAIN),
    "#null": (b"null", *PLAIN),
    "#wrongtypes": (b'{"replies": [{"text": 5}], "understanding": []}', *PLAIN),
    "#blank": (b'{"replies": [{"text": "  "}], "understanding": {}}', *PLAIN),
}


class FakeGateway:
    """Echoes each message; keeps what it was asked in `asked`, oldest first."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == "/asked":
            return await _answer(send, json.dumps(self.asked).encode())
        if scope["path"].endswith("/health"):
            return await _answer(send, b'{"ready": true, "model": "fake00000000"}')
        if dict(scope["headers"]).get(b"x-gateway-secret", b"").decode("latin-1") != self._secret:
            return await _answer(send, b'{"error": "secret"}', status=401)
        await self._turn(json.loads(await _body(receive)), send)

    async def _turn(self, request: dict[str, Any], send: Send) -> None:
        self.asked.append(request)
        text = request["text"] or ""
        for word in text.split():
            if word.startswith("#wait="):
                await asyncio.sleep(float(word.partition("=")[2]))
        if "#hang" in text:
            await asyncio.sleep(HANG_SECONDS)
        for word, (body, content_type, status) in MISBEHAVIOUR.items():
            if word in text.split():
                return await _answer(send, body, content_type=content_type, status=status)
        await _answer(send, json.dumps(answer_to(request)).encode())


def answer_to(request: dict[str, Any]) -> dict[str, Any]:
    """A proper answer that echoes the message, so that a test can tell which message it belongs to."""
    text = request["text"] or f"choice {request['choice']}"
    reply = {
        "text": f"echo: {text}\n\nFrom the NK-92 monograph: Side effects",
        "buttons": [{"id": "q_0123456789abcdef", "title": "How long does it last?"}],
        "facts": ["fatigue"],
        "source": "Side effects",
        "response": "utter_education/fatigue",
        "level": "none",
    }
    understanding: dict[str, Any] = {
        "intent": "education/fatigue",
        "confidence": 0.97,
        "runner_up": "education/chills",
        "runner_up_confidence": 0.01,
        "spelled": text,
        "also": [],
        "level": "none",
        "model": "fake00000000",
    }
    return {"replies": [reply], "understanding": understanding}


async def _body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


async def _answer(
    send: Send, body: bytes, *, content_type: str = "application/json", status: int = 200
) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def application(scope: Event, receive: Receive, send: Send) -> None:
    """The ASGI entry point; the secret comes from NK92_FAKE_GATEWAY_SECRET."""
    global _gateway
    if _gateway is None:
        _gateway = FakeGateway(os.environ["NK92_FAKE_GATEWAY_SECRET"])
    await _gateway(scope, receive, send)


_gateway: FakeGateway | None = None
