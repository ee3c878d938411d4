"""The real stack on free ports with a database of its own, shared by the tests of this folder."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack.supervisor import free_port
from stack.web import call

ROOT = Path(__file__).resolve().parents[2]
READY = 150


class RunningStack:
    """`address`: the public one; `parts`: name → process id of the part's group."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        environment = {
            **os.environ,
            "NK92_VAR": str(var), "NK92_SECRET_DIR": str(ROOT / "var" / "secrets"), "NK92_ENCODER": str(ROOT / "var" / "encoder"),
            "NK92_PORT": str(self.port), "NK92_SESSIONS_PER_MINUTE": "10000", "NK92_MESSAGES_PER_MINUTE": "10000",
        }  # fmt: skip
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, "-m", "stack.supervisor"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def wait_until_ready(self) -> None:
        until = time.monotonic() + READY
        while time.monotonic() < until:
            if (self.var / "run" / "stack.json").exists():
                return
            if self.process.poll() is not None:
                raise AssertionError(self.process.stdout.read() if self.process.stdout else "")
            time.sleep(0.2)
        raise AssertionError("the stack did not become ready")

    def pid(self, part: str) -> int:
        """The part's process id now: found by its command, as a restart changes it."""
        wanted = {"rasa": "assistant.serve", "actions": "actions", "service": "uvicorn", "worker": "worker", "watcher": "watcher"}[part]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for child in children:
            if wanted in Path(f"/proc/{child}/cmdline").read_text().split("\0"):
                return int(child)
        raise ProcessLookupError(part)

    def kill(self, part: str, number: int) -> None:
        os.kill(self.pid(part), number)

    def patient(self) -> Patient:
        return Patient(self.address)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)

    def end(self) -> None:
        """Stops it whatever state it is in."""
        if self.process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()


class Patient:
    """One conversation over the public API."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.token = call(f"{address}/api/session", {})["token"]
        self.sent = 0

    def says(self, text: str, *, seconds: float = 20) -> list[dict[str, Any]]:
        """The replies, as the API gives them."""
        self.sent += 1
        message = {"client_id": f"m{self.sent}", "text": text}
        replies: list[dict[str, Any]] = call(f"{self.address}/api/messages", message, self.headers, seconds=seconds)["replies"]
        return replies

    def hears(self, text: str) -> str:
        """All replies to `text` in one."""
        return "\n".join(reply["text"] for reply in self.says(text))

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture(scope="session")
def running_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    stack = RunningStack(tmp_path_factory.mktemp("var"))
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        stack.end()
