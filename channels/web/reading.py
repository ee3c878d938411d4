"""Reads a request's body into a message, and writes lines as JSON. What a client sends is doubted here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intake.inbound import LONGEST_TEXT, storable
from transcripts.history import Line

LONGEST_ID = 64


class Unreadable(Exception):
    """The body is not of the documented form. `words`: the response that tells the patient; permanent."""

    permanent = True

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Posted:
    """A message as the client posted it."""

    client_id: str
    text: str
    choice: str


def posted(body: bytes) -> Posted:
    """The message in `body`; raises Unreadable."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Unreadable(400, "unreadable") from problem
    if not isinstance(read, dict):
        raise Unreadable(400, "unreadable")
    client_id, text, choice = read.get("client_id"), read.get("text") or "", read.get("choice") or ""
    if not isinstance(client_id, str) or not isinstance(text, str) or not isinstance(choice, str):
        raise Unreadable(400, "unreadable")
    client_id, text, choice = storable(client_id.strip()), storable(text), storable(choice)
    if not 0 < len(client_id) <= LONGEST_ID or len(choice) > LONGEST_ID:
        raise Unreadable(400, "unreadable")
    if len(text) > LONGEST_TEXT:
        raise Unreadable(413, "too_long")
    if not text.strip() and not choice:
        raise Unreadable(400, "empty")
    return Posted(client_id, text, choice)


def shown(line: Line) -> dict[str, Any]:
    """One line as JSON."""
    return {
        "seq": line.seq,
        "from": "patient" if line.inbound else "assistant",
        "text": line.text,
        "at": line.at.isoformat(),
        "client_id": line.external_id,
        "level": line.level,
        "source": line.source,
        "response": line.response,
        "facts": list(line.facts),
        "buttons": list(line.buttons),
    }


def all_shown(lines: Sequence[Line]) -> list[dict[str, Any]]:
    return [shown(line) for line in lines]
