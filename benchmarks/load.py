"""A small HTTP load generator on raw asyncio streams: it must cost less than what it measures."""
from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence


@dataclass(frozen=True)
class Target:
    """One JSON endpoint. `body` makes the request's JSON from (conversation, number, text)."""

    port: int
    path: str
    headers: Mapping[str, str]
    body: Callable[[str, int, str], Mapping[str, Any]]


@dataclass(frozen=True)
class Run:
    """Latencies in seconds, in order of completion; wall-clock seconds of the whole run."""

    latencies: Sequence[float]
    seconds: float

    def percentile(self, share: float) -> float:
        """Milliseconds below which `share` (0 to 1) of the requests lie."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


class Connection:
    """One kept-alive connection."""

    def __init__(self, target: Target) -> None:
        self._target = target

    async def open(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._target.port)
        return self

    async def post(self, conversation: str, number: int, text: str, headers: Mapping[str, str] | None = None) -> Any:
        """The answer's JSON; raises RuntimeError for any status but 2xx."""
        content = json.dumps(self._target.body(conversation, number, text)).encode()
        lines = [f"POST {self._target.path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in {**self._target.headers, **(headers or {})}.items()]
        lines += [f"Content-Length: {len(content)}", "", ""]
        self._writer.write("\r\n".join(lines).encode() + content)
        status, body = await self._read()
        if not 200 <= status < 300:
            raise RuntimeError(f"{self._target.path} answered {status}")
        return json.loads(body)

    async def _read(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split(" ", 2)[1])
        for line in head.split("\r\n"):
            if line.startswith("content-length:"):
                return status, await self._reader.readexactly(int(line.split(":")[1]))
        raise RuntimeError("an answer without a length")

    def close(self) -> None:
        self._writer.close()


async def converse(
    target: Target, texts: Sequence[str], *, connections: int, turns: int, total: int, prefix: str,
    session: Callable[[], Mapping[str, str]] | None = None,
) -> Run:
    """`total` messages over `connections`, in conversations of `turns` turns. `session` makes each one's headers."""
    latencies: list[float] = []
    numbers = iter(range(total))

    async def one(worker: int) -> None:
        connection = await Connection(target).open()
        turn, headers = 0, session() if session else None
        for number in numbers:
            if turn and turn % turns == 0 and session:
                headers = session()
            started = time.perf_counter()
            await connection.post(f"{prefix}-{worker}-{turn // turns}", number, texts[number % len(texts)], headers)
            latencies.append(time.perf_counter() - started)
            turn += 1
        connection.close()

    started = time.perf_counter()
    await asyncio.gather(*(one(worker) for worker in range(connections)))
    return Run(latencies, time.perf_counter() - started)
