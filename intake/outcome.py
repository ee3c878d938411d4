"""Writes down what a message was answered, and why; the end of its turn. Not for deciding what is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from intake.inbound import Answer, Recorded, storable
from transcripts import statements
from transcripts.history import Line, line_of
from transcripts.models import Message
from wording import ALARMS, RANK, Reply

LONGEST_INTENT = 80
LONGEST_MODEL = 64


def store_replies(message: Recorded, replies: Sequence[Reply], answer: Answer) -> list[Line] | None:
    """Stores the replies and ends the turn; None when the message had been answered in the meantime."""
    now = timezone.now()
    with transaction.atomic():
        if not statements.close(message.id):
            return None
        closed = sum(statements.close(part) for part in message.earlier)
        before = statements.end_turn(message.conversation, message.id, len(replies), messages=1 + closed)
        rows = [_row(message, reply, before + place, now) for place, reply in enumerate(replies, 1)]
        statements.insert_replies(rows)
        statements.explain(message.id, why(message, answer, now))
    return [line_of(row) for row in rows]


def _row(message: Recorded, reply: Reply, seq: int, now: datetime) -> Message:
    return Message(
        conversation_id=message.conversation,
        seq=seq,
        inbound=False,
        text=reply.text,
        level=reply.level,
        response=reply.response,
        source=reply.source,
        facts=list(reply.facts),
        buttons=list(reply.buttons),
        reply_to_id=message.id,
        created_at=now,
    )


def why(message: Recorded, answer: Answer, now: datetime) -> statements.Why:
    """What Rasa understood, cut to what the table holds; how it went; how long the patient waited."""
    understood = {
        key: storable(value) if isinstance(value, str) else value
        for key, value in answer.understanding.items()
    }
    confidence = understood.get("confidence")
    return statements.Why(
        intent=str(understood.get("intent") or "")[:LONGEST_INTENT],
        confidence=confidence if isinstance(confidence, int | float) else None,
        runner_up=str(understood.get("runner_up") or "")[:LONGEST_INTENT],
        understanding=understood,
        model=str(understood.get("model") or "")[:LONGEST_MODEL],
        outcome=answer.outcome,
        took_ms=max(0, int((now - message.received_at).total_seconds() * 1000)),
        set_aside=message.suspected in ALARMS and RANK[message.suspected] > RANK[message.level],
    )
