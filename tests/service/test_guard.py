from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from clinic import load
from service.guard import Guard, Limits, by_path, with_lifespan
from wording import Words

ROOT = Path(__file__).resolve().parents[2]
WORDS = Words.load(ROOT / "data", load(ROOT / "clinic.yml"))
HTTP: dict[str, Any] = {"type": "http", "path": "/", "headers": []}


class Line:
    """A connection: gives `events`, then nothing for ever; keeps what is sent."""

    def __init__(self, *events: dict[str, Any], pause: float = 0) -> None:
        self._events: Iterable[dict[str, Any]] = iter(events)
        self._pause = pause
        self.sent: list[Any] = []

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(self._pause)
        for event in self._events:
            return event
        await asyncio.sleep(60)
        raise AssertionError

    async def send(self, event: Any) -> None:
        self.sent.append(event)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.sent[0]["headers"])


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def echo(scope: Any, receive: Any, send: Any) -> None:
    event = await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]})
    await send({"type": "http.response.body", "body": event["body"]})


def guard(application: Any = echo, *, size: int = 10, seconds: float = 0.2) -> Guard:
    return Guard(application, Limits(size, seconds), WORDS)


async def test_body_in_pieces_arrives_whole_and_the_answer_has_length_and_headers() -> None:
    line = Line(part(b"abc", more=True), part(b"de", more=True), part(b""))
    await guard()(HTTP, line.receive, line.send)
    assert line.sent[1]["body"] == b"abcde"
    assert line.headers[b"content-length"] == b"5" and line.headers[b"x-own"] == b"1"
    assert b"unsafe" not in line.headers[b"content-security-policy"]


async def test_streamed_answer_gets_no_length() -> None:
    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b"})

    line = Line(part(b""))
    await guard(stream)(HTTP, line.receive, line.send)
    assert [event["type"] for event in line.sent] == ["http.response.start", *["http.response.body"] * 2]
    assert b"content-length" not in line.headers


@pytest.mark.parametrize(("size", "status"), [(10, 200), (11, 413)])
async def test_body_is_taken_up_to_the_limit(size: int, status: int) -> None:
    line = Line(part(b"x" * size))
    await guard()(HTTP, line.receive, line.send)
    assert line.status == status


async def test_refusal_says_what_to_do_and_ends_the_connection() -> None:
    line = Line(part(b"x" * 50))
    await guard()(HTTP, line.receive, line.send)
    error = json.loads(line.sent[1]["body"])["error"]
    assert error["code"] == "too_long" and "911" in error["message"]
    assert line.headers[b"connection"] == b"close"
    assert line.headers[b"content-length"] == str(len(line.sent[1]["body"])).encode()


async def test_body_that_drips_is_given_up_in_time() -> None:
    line = Line(*[part(b"x", more=True)] * 9, pause=0.05)
    await guard()(HTTP, line.receive, line.send)
    assert line.status == 408


async def test_endless_body_is_not_read_for_ever() -> None:
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        return part(b"x" * 100_000, more=True)

    line = Line()
    await asyncio.wait_for(guard()(HTTP, receive, line.send), 5)
    assert line.status == 413 and read < 60


async def test_client_that_left_before_its_body_is_not_answered() -> None:
    line = Line(part(b"x", more=True), {"type": "http.disconnect"})
    await guard()(HTTP, line.receive, line.send)
    assert line.sent == []


async def test_websocket_is_closed() -> None:
    line = Line()
    await guard()({"type": "websocket"}, line.receive, line.send)
    assert line.sent == [{"type": "websocket.close", "code": 1000}]


async def test_path_chooses_the_application() -> None:
    async def other(scope: Any, receive: Any, send: Any) -> None:
        await send("other")

    async def api(scope: Any, receive: Any, send: Any) -> None:
        await send("api")

    line = Line()
    both = by_path({"/api/": api}, otherwise=other)
    for path in ("/api/x", "/", "/apix"):
        await both({"path": path}, line.receive, line.send)
    assert line.sent == ["api", "other", "other"]


async def lifespan(start: Any, events: int) -> list[Any]:
    stopped = []

    async def stop() -> None:
        stopped.append("stopped")

    line = Line(*[{"type": f"lifespan.{name}"} for name in ("startup", "shutdown")[:events]])
    await with_lifespan(echo, start=start, stop=stop)({"type": "lifespan"}, line.receive, line.send)
    return [*line.sent, *stopped]


async def test_start_and_stop_are_run_once() -> None:
    async def start() -> None: ...

    sent = await lifespan(start, 2)
    assert sent == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}, "stopped"]


async def test_start_that_fails_stops_the_server_and_says_what_to_do() -> None:
    async def start() -> None:
        raise RuntimeError("no such table")

    (event,) = await lifespan(start, 1)
    assert event["type"] == "lifespan.startup.failed" and "manage.py migrate" in event["message"]
