"""A provider that sends nothing: it keeps each telephone's texts in a file. For tests, laptops and the simulator page.

Its webhooks are signed and formed as Twilio's are. Twilio's own test numbers misbehave here as they do there.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from channels.sms.configuration import Texting
from channels.sms.providers.interface import NotSent, Outgoing
from channels.sms.providers.twilio_form import TwilioForm

OURS = "+13035550100"  # what the clinic's texts come from
REFUSED = {"+15005550001": "21211", "+15005550004": "21610", "+15005550009": "21614"}  # Twilio's test numbers
BUSY = "+15005550002"


class FakeProvider(TwilioForm):
    """`texting.phones`: the folder of telephones."""

    def __init__(self, texting: Texting) -> None:
        super().__init__(texting)
        self._folder: Path = texting.phones

    def send(self, text: Outgoing) -> str:
        if text.number in REFUSED:
            raise NotSent(REFUSED[text.number], permanent=True)
        if text.number == BUSY:
            raise NotSent("429")
        sid = new_id()
        self.note(text.number, {"from": "clinic", "key": text.key, "sid": sid, "text": text.text})
        return sid

    def find(self, text: Outgoing, *, since: datetime) -> str:
        return next((str(one["sid"]) for one in self.texts_of(text.number) if one.get("key") == text.key), "")

    def note(self, number: str, entry: Mapping[str, Any]) -> None:
        """Adds to what a telephone shows: one line, in one write."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps({**entry, "at": datetime.now(UTC).isoformat()}) + "\n"
        with self._file(number).open("a", encoding="utf-8") as file:
            file.write(line)

    def texts_of(self, number: str) -> list[dict[str, Any]]:
        """All that a telephone shows, oldest first."""
        file = self._file(number)
        if not file.exists():
            return []
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]

    def signed(self, path: str, parameters: Mapping[str, str]) -> str:
        """The signature of a webhook."""
        return str(self.validator.compute_signature(self.texting.public_url + path, parameters))

    def webhook(self, number: str, text: str, *, pictures: int = 0, sid: str = "") -> dict[str, str]:
        """The parameters of a text from `number`."""
        sid = sid or new_id()
        return {
            "ToCountry": "US", "SmsMessageSid": sid, "NumMedia": str(pictures), "SmsSid": sid, "SmsStatus": "received", "Body": text,
            "To": OURS, "NumSegments": "1", "MessageSid": sid, "AccountSid": "AC" + "0" * 32, "From": number, "ApiVersion": "2010-04-01",
        }  # fmt: skip

    def _file(self, number: str) -> Path:
        return self._folder / f"{number.lstrip('+')}.jsonl"


def new_id() -> str:
    return "SM" + secrets.token_hex(16)
