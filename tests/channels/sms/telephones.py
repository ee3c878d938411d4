"""Telephones in front of a running service: their texts are signed as Twilio signs, with the real validator of its SDK."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

from channels.sms.providers.fake import new_id
from tests.service.processes import ROOT, WEB, Stack

PUBLIC = "https://nk92.clinic.example"
FIRST = 3035550100


class Worker:
    """The worker process, on the stack's database."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> Worker:
        environment = {**os.environ, **self._stack.environment, **settings}
        with (self._stack.folder / "worker.log").open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while not self._stack.rows("SELECT 1 FROM escalation_heartbeat WHERE part = 'worker'"):
            assert time.monotonic() < until, (self._stack.folder / "worker.log").read_text()
            time.sleep(0.1)
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(timeout=20)


class Carrier:
    """The provider's side of the webhooks."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = stack.service.address
        key = (stack.folder / "secrets" / "number_key").read_text()
        self.validator = RequestValidator(hashlib.sha256(f"fake:{key}".encode()).hexdigest())

    def form(self, number: str, text: str, **more: str) -> dict[str, str]:
        sid = more.pop("MessageSid", None) or new_id()
        return {
            "ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "ToCity": "DENVER", "FromZip": "80202", "SmsSid": sid, "FromState": "CO",
            "SmsStatus": "received", "FromCity": "DENVER", "Body": text, "FromCountry": "US", "To": "+13035550100", "ToZip": "",
            "NumSegments": "1", "MessageSid": sid, "AccountSid": "AC" + "1" * 32, "From": number, "ApiVersion": "2010-04-01", **more,
        }  # fmt: skip

    def sign(self, form: Mapping[str, str], path: str = "/sms/inbound") -> str:
        return str(self.validator.compute_signature(PUBLIC + path, dict(form)))

    def post(self, form: Mapping[str, str], *, signature: str | None = None, path: str = "/sms/inbound", **more: Any) -> httpx.Response:
        signature = self.sign(form, path) if signature is None else signature
        headers = {"X-Twilio-Signature": signature} if signature else {}
        if "content" in more:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            return WEB.post(self.url + path, content=more["content"], headers=headers, timeout=15)
        return WEB.post(self.url + path, data=dict(form), headers=headers, timeout=15)

    def text(self, number: str, text: str, **more: str) -> httpx.Response:
        answer = self.post(self.form(number, text, **more))
        assert answer.status_code == 200, answer.text
        return answer

    def shown(self, number: str) -> list[str]:
        """The texts that a telephone has got from us, oldest first."""
        file = self.stack.folder / "phones" / f"{number.lstrip('+')}.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [one["text"] for one in map(json.loads, lines) if one["from"] == "clinic"]

    def wait(self, number: str, count: int, seconds: float = 10) -> list[str]:
        """At least `count` texts."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if len(found := self.shown(number)) >= count:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{self.shown(number)} is fewer than {count} texts after {seconds} s")


def telephone(place: int) -> str:
    return f"+1{FIRST + place}"
