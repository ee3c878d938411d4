"""A patient's texts and what is sent back, without processes: the reception, the record and the sender on the test's database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from channels.sms.configuration import Texting
from channels.sms.providers.fake import FakeProvider, new_id
from channels.sms.providers.interface import Incoming, NotSent, Outgoing
from channels.sms.reception import Reception
from channels.sms.sender import Sender
from intake import outcome, record
from intake.care import with_care
from intake.inbound import Answer, Recorded
from wording import Reply, Words

MARIA = "+13035550171"
TEXTING = Texting(
    provider="fake",
    public_url="https://nk92.clinic.example",
    join_seconds=4,
    safety_after_stop=True,
    number_key="no secret at all, and long enough for that",
    auth_token="0123456789abcdef0123456789abcdef",
)


class Recorder(FakeProvider):
    """Keeps what it was asked to send; `troubles`: raised first, one for each try."""

    def __init__(self, texting: Texting = TEXTING) -> None:
        super().__init__(texting)
        self.sent: list[Outgoing] = []
        self.tries: list[Outgoing] = []
        self.troubles: list[NotSent | None] = []
        self.found: dict[str, str] = {}

    def send(self, text: Outgoing) -> str:
        self.tries.append(text)
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble:
            raise trouble
        self.sent.append(text)
        return new_id()

    def find(self, text: Outgoing, *, since: datetime) -> str:
        return self.found.get(text.key, "")


class Talk:
    """One clinic and its patients."""

    def __init__(self, **changes: object) -> None:
        self.texting = replace(TEXTING, **changes)  # type: ignore[arg-type]
        self.words = Words.load(Path(settings.WORDS), settings.CLINIC)
        self.reception = Reception(self.texting, self.words)
        self.provider = Recorder(self.texting)
        self.sender = Sender(self.provider, self.words, self.texting)

    def take(self, text: str, *, number: str = MARIA, sid: str = "", pictures: int = 0, keyword: str = "") -> Recorded:
        return self.reception.take(Incoming(sid or new_id(), number, text, pictures, keyword))

    def answer(self, message: Recorded, *replies: Reply) -> None:
        """As the desk answers, with `replies` for Rasa's."""
        said = with_care(message, replies, self.words, now=message.received_at)
        outcome.store_replies(message, said, Answer("ok", replies))

    def say(self, text: str, *replies: Reply, **more: object) -> list[str]:
        """The texts that answer `text`; `replies` are what Rasa would say when it is asked."""
        before = len(self.provider.sent)
        message = self.take(text, **more)  # type: ignore[arg-type]
        if not message.answered:
            self.answer(message, *(replies or (Reply("An answer."),)))
        self.send()
        return self.texts()[before:]

    def texts(self) -> list[str]:
        return [one.text for one in self.provider.sent]

    def send(self) -> None:
        """Sends until nothing is due."""
        idle = 0
        while idle < 2:
            done = self.sender._finished(0.3 if self.sender._under_way else 0)
            taken = self.sender.round(done)
            idle = 0 if taken or done or self.sender._under_way else idle + 1

    def greeted(self) -> Talk:
        """The disclosure is out of the way."""
        self.say("hello", Reply("Welcome."))
        self.provider.sent.clear()
        self.provider.tries.clear()
        return self


def conversation(number: str = MARIA) -> str:
    from channels.sms.number import conversation_id

    return conversation_id(number, key=TEXTING.number_key)


def claimed(message: Recorded) -> Recorded:
    found = record.claim(message.id)
    assert found is not None
    return found


def responses(texts: Sequence[str], beginning: str) -> int:
    return sum(text.startswith(beginning) for text in texts)
