"""Many patients at once on the running service: `python -m benchmarks.web_sessions` while `make run` runs.

Each has a session and a stream of its own, and writes every few seconds. None may be lost: every
message gets a reply, and the stream shows every line once. Not for throughput without pauses (benchmarks/bench.py).
"""
from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import List, Mapping, Set

from benchmarks.load import Connection, Run, Target
from stack import places

QUESTIONS = (
    "What is NK-92?", "Will I be tired?", "how long does that last", "what happens on infusion day", "can i drive after",
    "is it approved", "what are the serious side effects", "my temp is 101.5", "thanks", "do i need blood tests",
)  # fmt: skip


@dataclass
class Patient:
    """One session and what was seen of it."""

    target: Target
    token: str
    latencies: List[float] = field(default_factory=list)
    answered: int = 0
    streamed: List[int] = field(default_factory=list)
    seqs: Set[int] = field(default_factory=set)

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def write(self, messages: int, pause: float) -> None:
        """Sends the messages with pauses around `pause` seconds in between."""
        await asyncio.sleep(random.uniform(0, pause))
        for number in range(messages):
            begun = time.perf_counter()
            connection = await Connection(self.target).open()  # the server closes what is idle for five seconds
            answer = await connection.post("", number, random.choice(QUESTIONS), self.headers)
            connection.close()
            self.latencies.append(time.perf_counter() - begun)
            self.answered += bool(answer["replies"])
            self.seqs |= {reply["seq"] for reply in answer["replies"]}
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    async def listen(self) -> None:
        """Reads the stream until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.target.port)
        writer.write(f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.streamed.append(int(line[4:]))
        finally:
            writer.close()


async def opened(port: int, secret: str) -> str:
    """A session's token. The canary's secret: many patients from one address would be refused."""
    target = Target(port, "/api/session", {"X-NK92-Canary": secret}, lambda *_: {})
    connection = await Connection(target).open()
    token: str = (await connection.post("", 0, ""))["token"]
    connection.close()
    return token


async def crowd(port: int, secret: str, *, sessions: int, messages: int, pause: float) -> List[Patient]:
    target = Target(port, "/api/messages", {}, lambda _, number, text: {"client_id": f"m{number}", "text": text})
    patients = [Patient(target, await opened(port, secret)) for _ in range(sessions)]
    listening = [asyncio.create_task(patient.listen()) for patient in patients]
    await asyncio.gather(*(patient.write(messages, pause) for patient in patients))
    await asyncio.sleep(2)
    for task in listening:
        task.cancel()
    await asyncio.gather(*listening, return_exceptions=True)
    return patients


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--messages", type=int, default=6)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between two messages of one patient")
    parser.add_argument("--port", type=int, help="where the service listens; without it, where `make run` says")
    given = parser.parse_args()
    port = given.port or int(json.loads(places.state_file().read_text())["address"].rsplit(":", 1)[1])
    secret = (places.secrets() / "gateway_secret").read_text().strip()
    begun = time.perf_counter()
    patients = asyncio.run(crowd(port, secret, sessions=given.sessions, messages=given.messages, pause=given.pause))
    run = Run([one for patient in patients for one in patient.latencies], time.perf_counter() - begun)
    sent, answered = given.sessions * given.messages, sum(patient.answered for patient in patients)
    twice = sum(len(patient.streamed) - len(set(patient.streamed)) for patient in patients)
    unseen = sum(len(patient.seqs - set(patient.streamed)) for patient in patients)
    print(
        f"{given.sessions} sessions, {sent} messages: {answered} answered; p50 {run.percentile(0.5):.0f} ms, p95 {run.percentile(0.95):.0f} ms,"
        f" p99 {run.percentile(0.99):.0f} ms; replies that no stream showed: {unseen}, shown twice: {twice}"
    )


if __name__ == "__main__":
    main()
