"""Letters to addresses. What they say is a case's number, level, age and a link: no patient's words.

Addresses are Apprise's; `mailbox://name` is a local file, for laptops and tests.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import apprise

MAILBOX = re.compile(r"mailbox://([\w-]{1,60})/?")


class NotDelivered(Exception):
    """The notice did not go out. `permanent`: another try with this address fails the same way."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


@dataclass(frozen=True)
class Letter:
    """What a recipient reads. `key`: the same when it is delivered twice."""

    key: str
    title: str
    body: str


class Notifier(Protocol):
    def send(self, address: str, letter: Letter) -> None:
        """Returns when the letter was accepted; raises NotDelivered. May block for some seconds."""


@dataclass(frozen=True)
class AppriseNotifier:
    """`mailboxes`: the folder of mailbox:// addresses."""

    mailboxes: Path

    def send(self, address: str, letter: Letter) -> None:
        mailbox = MAILBOX.fullmatch(address)
        if mailbox:
            return self._write(mailbox.group(1), letter)
        sender = apprise.Apprise()
        if not sender.add(address):
            raise NotDelivered("unknown kind of address", permanent=True)
        if not sender.notify(title=letter.title, body=f"{letter.body}\n[{letter.key}]"):
            raise NotDelivered("refused or unreachable")

    def _write(self, name: str, letter: Letter) -> None:
        line = json.dumps({"key": letter.key, "title": letter.title, "body": letter.body})
        try:
            self.mailboxes.mkdir(parents=True, exist_ok=True)
            with (self.mailboxes / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise NotDelivered(type(problem).__name__) from problem


def is_usable(address: str) -> bool:
    """Whether an address can be understood at all; nothing is sent."""
    return bool(MAILBOX.fullmatch(address) or apprise.Apprise().add(address))


@dataclass
class RecordingNotifier:
    """Keeps what it was given; refuses the addresses of `broken` for ever and those of `busy` once."""

    sent: list[tuple[str, Letter]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)

    def send(self, address: str, letter: Letter) -> None:
        if address in self.broken:
            raise NotDelivered("unknown kind of address", permanent=True)
        if address in self.busy:
            self.busy.discard(address)
            raise NotDelivered("refused or unreachable")
        self.sent.append((address, letter))
