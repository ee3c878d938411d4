"""The made-up patient: opens a session at the service's public door and reports chest pain. Raises Silent with the part at fault."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

CANARY_HEADER = "X-NK92-Canary"
ALARM = "[canary] chest pain"
CASE = re.compile(r"\bcase (\d+)\b")
DOOR_SECONDS = 10.0  # the service answers within eight


class Silent(Exception):
    """A part does not do its work; `part` and `why` hold nothing about any patient. Worth another look."""

    permanent = False

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"{part}: {why}")
        self.part = part
        self.why = why


@dataclass
class CanaryPatient:
    """`service`: its public address; `secret`: proves that the alarm is made up. One session for many alarms."""

    service: str
    secret: str
    client: httpx.Client
    token: str = ""

    def report(self) -> int:
        """Reports chest pain; gives the number of the case that it made. Raises Silent."""
        if not self.token:
            self.token = str(self._ask("POST", "/api/session", {}, {CANARY_HEADER: self.secret})["token"])
        headers = {"Authorization": f"Bearer {self.token}"}
        body = {"client_id": uuid.uuid4().hex, "text": ALARM}
        replies = self._ask("POST", "/api/messages", body, headers).get("replies") or [{}]
        if replies[0].get("level") != "emergency":
            raise Silent("triage", "chest pain was not answered as an emergency")
        found = CASE.search(" ".join(str(reply.get("text")) for reply in replies))
        if found is None:
            raise Silent("record", "the emergency made no case")
        return int(found.group(1))

    def look(self) -> None:
        """Raises Silent when the service says that one of its parts does not answer."""
        parts: Mapping[str, Any] = self._ask("GET", "/health", None, {}).get("parts") or {}
        for part, alive in parts.items():
            if not alive:
                raise Silent(str(part), "does not answer")

    def _ask(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            answer = self.client.request(method, self.service + path, json=body, headers=dict(headers), timeout=DOOR_SECONDS)
            if answer.status_code == 401:
                self.token = ""
            if answer.status_code >= 400:
                raise Silent("service", f"answered {answer.status_code} to {path}")
            found: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as problem:
            raise Silent("service", f"{type(problem).__name__} at {path}") from problem
        return found
