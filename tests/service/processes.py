"""Starts the real service in front of the fake gateway, on free ports, with a database of its own."""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 1.5
DATABASE = "service.sqlite3"
SECRETS = ("django_key", "gateway_secret", "number_key")
GENEROUS = "100000"
# httpx makes a TLS context for each call without a client, which takes longer than the service does
WEB = httpx.Client(verify=False, trust_env=False, limits=httpx.Limits(max_connections=40))  # noqa: S501  loopback


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """One uvicorn; what it prints is kept in `log`."""

    def __init__(self, application: str, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        self._command = [sys.executable, "-m", "uvicorn", application, "--port", str(self.port)]
        self._environment = {**os.environ, **environment}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, health: str) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        for _ in range(1200):  # a minute: other things may run beside the tests
            with suppress(httpx.HTTPError):
                WEB.get(self.address + health, timeout=3)
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(self.log.read_text())

    def send(self, number: signal.Signals) -> None:
        assert self._process
        self._process.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGKILL) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(timeout=20)


@lru_cache(maxsize=1)
def migrated() -> Path:
    """An empty database with all tables, made once."""
    folder = Path(tempfile.mkdtemp(prefix="nk92-tables-"))
    for name in SECRETS:
        (folder / name).write_text("no secret at all, and long enough for that")
    migrate = [sys.executable, "manage.py", "migrate", "-v0", "--skip-checks"]
    environment = {**os.environ, "NK92_DATABASE_URL": "", "NK92_VAR": str(folder), "NK92_SECRET_DIR": str(folder)}
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return folder / DATABASE


class Stack:
    """The service and its fake gateway."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        keys = folder / "secrets"
        keys.mkdir()
        for name in SECRETS:
            (keys / name).write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        self.secret = (keys / "gateway_secret").read_text()
        self.gateway = Process(
            "intake.fake_gateway:application",
            {"NK92_FAKE_GATEWAY_SECRET": self.secret},
            folder / "gateway.log",
        )
        self.environment = {
            "NK92_DATABASE_URL": "",  # also when the other tests run on PostgreSQL
            "NK92_VAR": str(folder),
            "NK92_SECRET_DIR": str(keys),
            "NK92_RASA_URL": self.gateway.address,
            "NK92_PATIENCE_SECONDS": str(PATIENCE),
            "NK92_MESSAGES_PER_MINUTE": GENEROUS,
            "NK92_SESSIONS_PER_MINUTE": GENEROUS,
            "DJANGO_SETTINGS_MODULE": "service.settings",
            **settings,
        }
        self.service = Process("service.asgi:application", self.environment, folder / "service.log")
        shutil.copy(migrated(), folder / DATABASE)

    def start(self) -> Stack:
        self.gateway.start("/health")
        self.service.start("/health")
        return self

    def stop(self) -> None:
        self.service.stop()
        self.gateway.stop()

    def __enter__(self) -> Stack:
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        return self.service.log.read_text()

    def asked(self) -> list[dict[str, Any]]:
        """What the gateway was asked, oldest first."""
        found: list[dict[str, Any]] = WEB.get(f"{self.gateway.address}/asked").json()
        return found

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Reads, or changes, the database beside the service."""
        with sqlite3.connect(self.folder / DATABASE, timeout=10) as database:
            return database.execute(statement, values).fetchall()

    def patient(self) -> Patient:
        return Patient(self)


class Patient:
    """A client with a session of its own."""

    def __init__(self, stack: Stack) -> None:
        opened = WEB.post(f"{stack.service.address}/api/session")
        assert opened.status_code == 201, opened.text
        self.opened: dict[str, Any] = opened.json()
        self.headers = {"Authorization": f"Bearer {self.opened['token']}"}
        self.url = f"{stack.service.address}/api/messages"
        self._sent = 0

    def post(
        self, text: str = "", *, client_id: str | None = None, timeout: float = 15, **more: object
    ) -> httpx.Response:
        self._sent += 1
        body = {"client_id": client_id or f"m{self._sent}", "text": text, **more}
        return WEB.post(self.url, json=body, headers=self.headers, timeout=timeout)

    def say(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """The replies to `text`; fails for any status but 200."""
        answer = self.post(text, **more)
        assert answer.status_code == 200, answer.text
        replies: list[dict[str, Any]] = answer.json()["replies"]
        return replies

    def greet(self) -> None:
        """Has the disclosure out of the way."""
        self.say("hello")

    def history(self, after: int | None = None) -> list[dict[str, Any]]:
        query = {} if after is None else {"after": str(after)}
        found: list[dict[str, Any]] = WEB.get(self.url, params=query, headers=self.headers).json()["messages"]
        return found
