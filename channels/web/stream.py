"""GET /api/stream: the lines of a conversation as they appear, as server-sent events.

Plain ASGI: service/handler.py does not stream. The token comes in a header, never in the address.
"""

from __future__ import annotations

import asyncio
import json
import signal
import threading
import time
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from types import FrameType
from typing import Any

import structlog
from django.conf import settings
from django.db import Error

from channels.web import reading, session
from channels.web.origins import Event, Receive, Send, may_speak
from channels.web.tail import Crowded, Listener, Tail
from intake.front_desk import desk
from transcripts.history import is_open, lines_after

logger = structlog.stdlib.get_logger(__name__)

BEAT = 15.0  # seconds between two signs of life: proxies close what is silent
LONGEST = 300.0  # seconds; then the client comes again and its token is looked at anew
SEQ_DIGITS = 9
STREAM = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


@lru_cache(maxsize=1)
def tail() -> Tail:
    """The tail of this process."""
    return Tail(desk())


async def stream(scope: Event, receive: Receive, send: Send) -> None:
    """Answers one request; ends when the client leaves, after LONGEST, or when the conversation is deleted."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    if scope["method"] != "GET":
        return await _refuse(send, 405, "not_here", headers)
    if not may_speak(headers.get("origin"), headers.get("host", ""), settings.CLINIC.web_origins):
        return await _refuse(send, 403, "not_here", headers)
    try:
        conversation = session.conversation_of(headers.get("authorization", ""))
        if not await desk().in_database(is_open, conversation):
            raise session.SessionOver
        with tail().listener(conversation, _number(headers.get("last-event-id", ""))) as listener:
            await send({"type": "http.response.start", "status": 200, "headers": STREAM})
            await _until_gone(listener, receive, send)
    except session.SessionOver:
        await _refuse(send, 401, "session_over", headers)
    except (Crowded, Error) as problem:
        logger.error("web.stream_refused", problem=type(problem).__name__)
        await _refuse(send, 503, "failed", headers)


def end_streams_at_stop() -> None:
    """Ends all streams when the process is asked to stop: its server would wait for them for ever.

    To be called in the main thread's running loop; what handled the signal before handles it after.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def stopping(caught: int, frame: FrameType | None, before: Any = before) -> None:
            loop.call_soon_threadsafe(tail().close)
            if callable(before):
                before(caught, frame)

        signal.signal(number, stopping)


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= SEQ_DIGITS else 0


async def _until_gone(listener: Listener, receive: Receive, send: Send) -> None:
    """Writes until the client has left."""
    writing = asyncio.create_task(_write(listener, send))
    leaving = asyncio.create_task(_left(receive))
    try:
        await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (writing, leaving):
            task.cancel()
        await asyncio.gather(writing, leaving, return_exceptions=True)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(listener: Listener, send: Send) -> None:
    await _send(send, b": open\n\n")
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends and not listener.closed:
        try:
            lines = await desk().in_database(lines_after, listener.conversation, listener.after)
            over = not lines and not await desk().in_database(is_open, listener.conversation)
        except Error as problem:
            logger.error("web.stream_unread", problem=type(problem).__name__)
            break  # the client comes again and says where it stopped
        if over:
            await _send(send, b"event: over\ndata: {}\n\n")
            break
        for line in lines:
            body = json.dumps(reading.shown(line))
            await _send(send, f"id: {line.seq}\nevent: line\ndata: {body}\n\n".encode())
            listener.after = line.seq
        if not lines and not await listener.grown(BEAT):
            await _send(send, b": still here\n\n")
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send, status: int, code: str, headers: Mapping[str, str]) -> None:
    """An error of the API's form."""
    language = session.language_of(headers.get("accept-language", ""))
    error = {"code": code, "message": desk().words.refusal(code, "web", language)}
    body = json.dumps({"error": error}).encode()
    head: list[Any] = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": HTTPStatus(status).value, "headers": head})
    await send({"type": "http.response.body", "body": body})
