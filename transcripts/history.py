"""Reads a conversation back. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from transcripts.models import Conversation, Message

PAGE = 200


@dataclass(frozen=True)
class Line:
    """One message or reply as a channel shows it."""

    seq: int
    inbound: bool
    text: str
    at: datetime
    external_id: str | None
    level: str
    source: str
    response: str
    facts: Sequence[str]
    buttons: Sequence[dict[str, str]]


def lines_after(conversation: str, seq: int, *, limit: int = PAGE) -> list[Line]:
    """Messages and replies with a number above `seq`, oldest first, at most `limit`."""
    found = Message.objects.filter(conversation_id=conversation, seq__gt=seq).order_by("seq")[:limit]
    return [line_of(message) for message in found]


def latest_lines(conversation: str, *, before: int | None = None, limit: int = PAGE) -> list[Line]:
    """The last `limit` messages and replies, or the last ones with a number below `before`; oldest first."""
    found = Message.objects.filter(conversation_id=conversation).order_by("-seq")
    if before is not None:
        found = found.filter(seq__lt=before)
    return [line_of(message) for message in reversed(found[:limit])]


def is_open(conversation: str) -> bool:
    """Whether the conversation exists and its patient has not deleted it."""
    return Conversation.objects.filter(id=conversation, deleted_at__isnull=True).exists()


def last_numbers(conversations: Sequence[str]) -> dict[str, int]:
    """The number of the last line of each of these conversations that is open."""
    found = Conversation.objects.filter(id__in=conversations, deleted_at__isnull=True)
    return dict(found.values_list("id", "last_seq"))


def replies_to(message: int) -> list[Line]:
    """The stored replies to one message, in order."""
    return [line_of(reply) for reply in Message.objects.filter(reply_to_id=message).order_by("seq")]


def line_of(message: Message) -> Line:
    return Line(
        seq=message.seq,
        inbound=message.inbound,
        text=message.text,
        at=message.created_at,
        external_id=message.external_id,
        level=message.level,
        source=message.source,
        response=message.response,
        facts=list(message.facts),
        buttons=list(_buttons(message.buttons)),
    )


def _buttons(written: Any) -> Sequence[dict[str, str]]:
    return [{"id": str(button["id"]), "title": str(button["title"])} for button in written]
