"""What a channel hands over, and what it gets back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from escalation.cases import Filed
from wording import Reply

LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class Inbound:
    """One message from a patient. `external_id`: the channel's own id, the same when sent again.

    `hold`: seconds in which the rest of the thought may follow; 0 where a message is a whole one. `within`: how many
    seconds ago the beginning may have come that this message goes on with. `read`: the assistant will read it; where it will
    not, a sign that may be no more than named counts.
    """

    conversation: str
    channel: str
    external_id: str
    text: str
    choice: str = ""
    hold: float = 0.0
    within: float = 0.0
    read: bool = True


@dataclass(frozen=True)
class Recorded:
    """A message that is stored. `fresh`: it was not there before; `mine`: its turn is ours now.

    `known`: what triage knew before it (level, signs, asked_temperature); `reminds`: our question for the
    temperature is still open. `case`: the case that the message belongs to. `held_until`: it is not answered before.
    `earlier`: messages that are answered together with it. `led`: a person of the care team is writing to the
    patient, so the bot keeps quiet. `suspected`: the level of signs that may be no more than named ([id, level, start, end] in
    `named`): it counts unless the assistant hears that nobody has them.
    """

    id: int
    conversation: str
    channel: str
    external_id: str
    text: str
    choice: str
    level: str
    suicide: bool
    language: str
    opens_session: bool
    screened: bool
    known: Mapping[str, Any]
    reminds: bool
    case: Filed | None
    received_at: datetime
    fresh: bool
    answered: bool
    mine: bool
    held_until: datetime | None = None
    earlier: tuple[int, ...] = ()
    led: bool = False
    suspected: str = "none"
    named: Sequence[Sequence[Any]] = ()


@dataclass(frozen=True)
class Answer:
    """What Rasa made of a message. `outcome`: ok, or led (by a person: Rasa was not asked), silent, late, resting, refused, broken, unreachable."""

    outcome: str
    replies: Sequence[Reply] = ()
    understanding: Mapping[str, Any] = field(default_factory=dict)


_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")


def storable(text: str) -> str:
    """`text` as it can be stored anywhere: no NUL, no lone surrogate; everything else as it was typed."""
    return _NOT_STORABLE.sub("\ufffd", text)


def not_a_command(text: str) -> str:
    """`text` as Rasa may read it: each "/" of any width that stands before the first word becomes a blank."""
    for place, char in enumerate(text):
        slash = unicodedata.normalize("NFKC", char).startswith("/")
        if not slash and unicodedata.category(char) not in _INVISIBLE:
            return " " * place + text[place:]
    return " " if text else text
