"""What a provider of texts does for us: proves that a webhook is its own, reads it, sends, and finds what it sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

Parameters = Mapping[str, Sequence[str]]  # every parameter of a webhook with all its values


class Unusable(Exception):
    """A webhook is genuine and holds nothing that we can use. Permanent: the provider is answered politely."""

    permanent = True


class NotSent(Exception):
    """A text did not go out. `permanent`: another try is useless. `unsure`: it may have gone out nevertheless.

    `code`: the provider's own number for the trouble, or a word; never a phone number or a patient's words.
    """

    def __init__(self, code: str, *, permanent: bool = False, unsure: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.unsure = unsure


@dataclass(frozen=True)
class Incoming:
    """A text from a patient. `number`: E.164. `keyword`: what the provider has understood and answered itself."""

    id: str
    number: str
    text: str
    pictures: int = 0
    keyword: str = ""


@dataclass(frozen=True)
class Outgoing:
    """A text to a patient. `key` is the same each time that it is tried: whoever can tells repetitions by it."""

    key: str
    number: str
    text: str


@dataclass(frozen=True)
class Status:
    """What became of a text. `key` is ours; `state`: queued, sent, delivered, undelivered, failed …"""

    key: str
    id: str
    state: str
    error: str = ""


class Provider(Protocol):
    """Blocking; called in threads. Raises nothing but what stands here."""

    def is_genuine(self, path: str, parameters: Parameters, signature: str) -> bool:
        """Whether the webhook was signed with our secret, for our public address and all its parameters."""

    def read_text(self, parameters: Parameters) -> Incoming:
        """The text in a genuine webhook; raises Unusable."""

    def read_status(self, key: str, parameters: Parameters) -> Status:
        """The status in a genuine webhook; raises Unusable."""

    def acknowledgement(self, texts: Sequence[str] = ()) -> str:
        """The body that answers a webhook; `texts` go to the patient with it."""

    def send(self, text: Outgoing) -> str:
        """Sends and gives the provider's id; raises NotSent."""

    def find(self, text: Outgoing, *, since: datetime) -> str:
        """The provider's id of a text that may have gone out before, "" when it did not; raises NotSent."""
