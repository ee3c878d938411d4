"""The watcher as a process before the real service: each silent part is told to the technical recipient within a minute."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.service.processes import ROOT, Stack, free_port

WITHIN = 60.0


class WatchedStack:
    """The service, its worker and its watcher; the fake gateway stands for Rasa."""

    def __init__(self, folder: Path) -> None:
        clinic = yaml.safe_load((ROOT / "clinic.yml").read_text(encoding="utf-8"))
        clinic["watch"] = {"period": 1, "grace": 5, "tell": ["technical"]}
        file = folder / "clinic.yml"
        file.write_text(yaml.safe_dump(clinic), encoding="utf-8")
        port = str(free_port())
        settings = {"NK92_CLINIC": str(file), "NK92_CANARY_ADDRESS": f"json://127.0.0.1:{port}/", "NK92_WATCHER_PORT": port}
        self.stack = Stack(folder, **settings)
        self.stack.start()
        self.environment = {**os.environ, **self.stack.environment, "NK92_SERVICE_URL": self.stack.service.address}
        self.mailbox = folder / "mailbox" / "technical.jsonl"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.worker = self._run("manage.py", "worker")
        self._wait_for_worker()
        self._run("-m", "watcher")

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.environment, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def _wait_for_worker(self) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.stack.rows("SELECT count(*) FROM escalation_heartbeat") == [(1,)]:
                return
            time.sleep(0.1)
        raise AssertionError("the worker does not beat")

    def titles(self) -> list[str]:
        if not self.mailbox.exists():
            return []
        return [json.loads(line)["title"] for line in self.mailbox.read_text(encoding="utf-8").splitlines()]

    def wait_for(self, words: str, *, after: int) -> float:
        """Seconds until a letter with these words arrives, behind the first `after` letters."""
        began = time.monotonic()
        while time.monotonic() - began < WITHIN:
            if any(words in title for title in self.titles()[after:]):
                return time.monotonic() - began
            time.sleep(0.1)
        raise AssertionError(f"no letter says {words!r}: {self.titles()}")

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
        self.stack.stop()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedStack]:
    running = WatchedStack(tmp_path_factory.mktemp("watched"))
    try:
        yield running
    finally:
        running.stop()


def test_made_up_alarm_arrives_and_never_reaches_a_nurse(watched: WatchedStack) -> None:
    until = time.monotonic() + 20
    closed = "SELECT count(*) FROM escalation_case WHERE kind = 'canary' AND outcome = 'canary'"
    while watched.stack.rows(closed) == [(0,)] and time.monotonic() < until:
        time.sleep(0.2)
    assert watched.stack.rows(closed)[0][0] >= 1
    assert watched.titles() == []
    assert not (watched.mailbox.parent / "nurse-line.jsonl").exists()


def test_silent_rasa_is_told_and_so_is_its_return(watched: WatchedStack) -> None:
    before = len(watched.titles())
    watched.stack.gateway.send(signal.SIGSTOP)
    assert watched.wait_for("IMPAIRED: rasa", after=before) < WITHIN
    watched.stack.gateway.send(signal.SIGCONT)
    watched.wait_for("over: rasa", after=before)


def test_silent_worker_is_told(watched: WatchedStack) -> None:
    before = len(watched.titles())
    watched.worker.send_signal(signal.SIGSTOP)
    assert watched.wait_for("IMPAIRED: worker", after=before) < WITHIN
    watched.worker.send_signal(signal.SIGCONT)
    watched.wait_for("over: worker", after=before)


def test_locked_database_is_told(watched: WatchedStack) -> None:
    before = len(watched.titles())
    with sqlite3.connect(watched.stack.folder / "service.sqlite3", isolation_level=None, timeout=20) as database:
        database.execute("BEGIN IMMEDIATE")
        assert watched.wait_for("IMPAIRED", after=before) < WITHIN
        database.execute("ROLLBACK")
    watched.wait_for("over", after=before)


def test_silent_service_is_told(watched: WatchedStack) -> None:
    before = len(watched.titles())
    watched.stack.service.send(signal.SIGSTOP)
    assert watched.wait_for("IMPAIRED: service", after=before) < WITHIN
    watched.stack.service.send(signal.SIGCONT)
    watched.wait_for("over: service", after=before)
