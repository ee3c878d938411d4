"""Patients who keep writing while parts of the stack are killed, stopped and locked. Not a test: tests/faults/test_faults.py is.

A patient does what the widget does: a message that got no 2xx is sent again with the same id, until it does.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stack.web import NoAnswer, call
from tests.stack.conftest import RunningStack

PARTS = ("service", "rasa", "actions", "worker")
ALARMS = ("i have chest pain", "i cant breathe", "my temp is 102.4", "i have hives all over", "blood in my vomit", "i fainted")
TALK = ("will i be tired", "what is nk-92", "thank you", "how long is the infusion", "can i drive home")
GIVE_UP = 120.0  # seconds for one message


@dataclass(frozen=True)
class Sent:
    """One message that got a 2xx. `place`: its place in what this sender sent, one after the other."""

    client_id: str
    alarm: bool
    sender: int
    place: int


@dataclass
class StormPatient:
    """One conversation with several senders beside each other, as a patient with two open windows."""

    address: str
    token: str
    senders: int = 2
    sent: list[Sent] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def write(self, stopping: threading.Event, chance: random.Random, sender: int) -> None:
        place = 0
        while not stopping.is_set():
            alarm = chance.random() < 0.3
            text = f"{chance.choice(ALARMS if alarm else TALK)} {'!' * (place % 3)}".strip()
            client_id = uuid.uuid4().hex
            if chance.random() < 0.2:
                self._hang_up(client_id, text)
            self._deliver(client_id, text, Sent(client_id, alarm, sender, place))
            place += 1
            stopping.wait(chance.uniform(0.05, 0.6))

    def _deliver(self, client_id: str, text: str, sent: Sent) -> None:
        until = time.monotonic() + GIVE_UP
        while time.monotonic() < until:
            try:
                call(f"{self.address}/api/messages", {"client_id": client_id, "text": text}, self.headers, seconds=20)
            except NoAnswer:
                time.sleep(0.3)
                continue
            with self._lock:
                self.sent.append(sent)
            return
        with self._lock:
            self.lost.append(client_id)

    def _hang_up(self, client_id: str, text: str) -> None:
        """Sends the request and closes the socket after 50 ms, as a phone does that loses its signal."""
        host, _, port = self.address.removeprefix("http://").partition(":")
        body = json.dumps({"client_id": client_id, "text": text}).encode()
        head = f"POST /api/messages HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {self.token}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        try:
            with socket.create_connection((host, int(port)), timeout=2) as door:
                door.sendall(head.encode() + body)
                time.sleep(0.05)
        except OSError:
            return  # the service is down at this moment; the proper send follows


def open_patient(address: str) -> StormPatient:
    return StormPatient(address, call(f"{address}/api/session", {}, seconds=20)["token"])


@dataclass
class Faults:
    """Breaks one thing after another; `done` says what was done."""

    stack: RunningStack
    chance: random.Random
    lock_seconds: float
    done: list[str] = field(default_factory=list)

    def strike(self) -> None:
        """One random fault; every fiftieth is a locked database."""
        if self.chance.random() < 0.03:
            return self.lock_database()
        part = self.chance.choice(PARTS)
        number = self.chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP))
        self._signal(part, number)
        if number == signal.SIGSTOP and self.chance.random() < 0.6:
            time.sleep(self.chance.uniform(0.2, 2.0))
            self._signal(part, signal.SIGCONT)

    def lock_database(self) -> None:
        """Another process holds the database's write lock."""
        database = sqlite3.connect(self.stack.var / "service.sqlite3", timeout=30, isolation_level=None)
        try:
            database.execute("BEGIN IMMEDIATE")
            time.sleep(self.lock_seconds)
            database.execute("ROLLBACK")
            self.done.append("locked database")
        except sqlite3.OperationalError:
            return  # busy: nothing was locked, and nothing is counted
        finally:
            database.close()

    def _signal(self, part: str, number: signal.Signals) -> None:
        try:
            self.stack.kill(part, number)
        except (ProcessLookupError, FileNotFoundError):
            return  # it is being started again at this moment
        if number != signal.SIGCONT:
            self.done.append(f"{number.name} {part}")


def run(stack: RunningStack, *, faults: int, lock_seconds: float, seed: int, say: Callable[[str], None]) -> list[StormPatient]:
    """Two patients write while `faults` faults strike; returns when all their messages were taken."""
    chance = random.Random(seed)
    patients = [open_patient(stack.address) for _ in range(2)]
    stopping = threading.Event()
    writers = [
        threading.Thread(target=patient.write, args=(stopping, random.Random(seed + 10 * number + sender), sender))
        for number, patient in enumerate(patients)
        for sender in range(patient.senders)
    ]
    for writer in writers:
        writer.start()
    striker = Faults(stack, chance, lock_seconds)
    try:
        striker.lock_database()
        while len(striker.done) < faults:
            time.sleep(chance.uniform(0.3, 2.5))
            striker.strike()
            if len(striker.done) % 20 == 0:
                say(f"{len(striker.done)} faults, {sum(len(patient.sent) for patient in patients)} messages taken")
    finally:
        stopping.set()
        for writer in writers:
            writer.join(timeout=GIVE_UP + 30)
    say(f"{len(striker.done)} faults; last: {', '.join(striker.done[-8:])}")
    return patients


def letters(mailboxes: Path) -> list[str]:
    """The keys of all letters in the local mailboxes."""
    return [json.loads(line)["key"] for file in mailboxes.glob("*.jsonl") for line in file.read_text().splitlines()]
