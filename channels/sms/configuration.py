"""How the channel is set up: one frozen value, read and checked by service/texting.py. Not for reading the environment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

TEXT_PATH = "/sms/inbound"
STATUS_PATH = "/sms/status"
LONGEST_TEXT = 1_600  # characters; the most that a provider puts together to one text


@dataclass(frozen=True)
class Texting:
    """`provider`: twilio, fake or off. `number` or `messaging_service`: what texts are sent from.

    `public_url`: the address that the provider calls us at, without a path; its signature covers it. `join_seconds`: how
    long the second half of a thought is waited for. `safety_after_stop`: whether a patient who texted STOP and then an
    emergency gets the safety words, once for each such text. `number_key`: numbers are hashed with it; who changes it loses
    what belongs to a number, STOP included. `phones`: where the fake provider keeps its telephones.
    """

    provider: str
    public_url: str
    join_seconds: float
    safety_after_stop: bool
    number_key: str = field(repr=False)
    auth_token: str = field(repr=False)
    account: str = ""
    number: str = ""
    messaging_service: str = ""
    phones: Path = Path()

    @property
    def is_demo(self) -> bool:
        return self.provider == "fake"
