"""The statements that every message runs, by hand: Django's query builder costs ten times what they do.

For `intake` alone, inside its transactions; everything else reads and writes through transcripts/models.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from transcripts.models import Message

COLUMNS = (
    "conversation_id", "seq", "inbound", "external_id", "text", "choice", "level", "answered",
    "opens_session", "reply_to_id", "response", "source", "author", "facts", "buttons", "created_at",
)  # fmt: skip
ROW = f"({', '.join(['%s'] * len(COLUMNS))})"
INSERT_MESSAGES = f"INSERT INTO transcripts_message ({', '.join(COLUMNS)}) VALUES "  # noqa: S608  names of ours only
INSERT_REASON = """
    INSERT INTO transcripts_reason (message_id, verdict, intent, runner_up, understanding, model, outcome, set_aside)
    VALUES (%s, %s, '', '', '{}', '', '', %s)
"""
LOCK = """
    SELECT channel, kind, language, last_seq, last_level, known_signs, asks_temperature, last_heard_at, waiting,
        turn_of, cannot_text, led_until
    FROM transcripts_conversation WHERE id = %s AND deleted_at IS NULL
"""
HEARD = """
    UPDATE transcripts_conversation
    SET last_seq = %s, last_heard_at = %s, last_level = %s, language = %s, known_signs = %s, asks_temperature = %s,
        held_until = %s,
        waiting = waiting + 1
    WHERE id = %s
"""
TAKE_TURN = "UPDATE transcripts_conversation SET turn_of = %s, turn_until = %s WHERE id = %s"
CLOSE = "UPDATE transcripts_message SET answered = %s WHERE id = %s AND answered IN (%s)"
END_TURN = """
    UPDATE transcripts_conversation
    SET last_seq = last_seq + %s, waiting = waiting - %s,
        turn_until = CASE WHEN turn_of = %s THEN NULL ELSE turn_until END,
        turn_of = CASE WHEN turn_of = %s THEN NULL ELSE turn_of END
    WHERE id = %s RETURNING last_seq
"""
MAKE_ROOM = "UPDATE transcripts_conversation SET last_seq = last_seq + %s WHERE id = %s RETURNING last_seq"
EXPLAIN = """
    UPDATE transcripts_reason
    SET intent = %s, confidence = %s, runner_up = %s, understanding = %s, model = %s, outcome = %s,
        took_ms = %s, set_aside = %s
    WHERE message_id = %s
"""


class Locked(NamedTuple):
    """What a conversation knows of its messages, read under its lock."""

    channel: str
    kind: str
    language: str
    last_seq: int
    last_level: str
    known_signs: Sequence[str]
    asks_temperature: bool
    last_heard_at: datetime | None
    waiting: int
    turn_of: int | None
    cannot_text: str
    led_until: datetime | None


class Why(NamedTuple):
    """How a message was understood and answered."""

    intent: str
    confidence: float | None
    runner_up: str
    understanding: dict[str, Any]
    model: str
    outcome: str
    took_ms: int
    set_aside: bool


def lock_conversation(conversation: str) -> Locked | None:
    """The conversation, kept from other processes until the transaction ends."""
    for_update = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(LOCK + for_update, [conversation])
        row = cursor.fetchone()
    if row is None:
        return None
    found = Locked(*row)
    signs = json.loads(found.known_signs) if isinstance(found.known_signs, str) else found.known_signs
    return found._replace(
        last_heard_at=_aware(found.last_heard_at),
        known_signs=signs,
        asks_temperature=bool(found.asks_temperature),
        led_until=_aware(found.led_until),
    )


def insert_message(message: Message, verdict: object) -> int:
    """Stores a patient's message with triage's evidence; gives its id. IntegrityError the second time."""
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT_MESSAGES}{ROW} RETURNING id", _values(message))
        number: int = cursor.fetchone()[0]
        cursor.execute(INSERT_REASON, [number, json.dumps(verdict), False])
    return number


def heard(
    message: Message, *, language: str, level: str, signs: Sequence[str], asks_temperature: bool, held_until: datetime | None
) -> None:
    """Notes on the conversation that `message` is its newest one, waits for a reply (not before `held_until`), and what is
    known after it."""
    held = _stored(held_until) if held_until else None
    values = [message.seq, _stored(message.created_at), level, language, json.dumps(list(signs)), asks_temperature, held]
    with connection.cursor() as cursor:
        cursor.execute(HEARD, [*values, message.conversation_id])


def take_turn(conversation: str, message: int, until: datetime) -> None:
    """The lease: `message` is being answered, until `until` at most."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [message, _stored(until), conversation])


def close(message: int) -> bool:
    """Marks the message as answered; False when it was."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [True, message, False])
        return bool(cursor.rowcount)


def end_turn(conversation: str, message: int, replies: int, *, messages: int = 1) -> int:
    """Ends the turn of `messages` and makes room for `replies`; gives the number before the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(END_TURN, [replies, messages, message, message, conversation])
        last: int = cursor.fetchone()[0]
    return last - replies


def make_room(conversation: str, messages: int) -> int:
    """Makes room for `messages` that answer nothing; gives the number before the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_ROOM, [messages, conversation])
        last: int = cursor.fetchone()[0]
    return last - messages


def insert_replies(replies: Sequence[Message]) -> None:
    if not replies:
        return
    values = [value for reply in replies for value in _values(reply)]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_MESSAGES + ", ".join([ROW] * len(replies)), values)


def explain(message: int, why: Why) -> None:
    """Writes the reason of a message that was stored with its verdict alone."""
    understanding = json.dumps(why.understanding)
    values = [why.intent, why.confidence, why.runner_up, understanding, why.model, why.outcome, why.took_ms, why.set_aside]
    with connection.cursor() as cursor:
        cursor.execute(EXPLAIN, [*values, message])


def _values(message: Message) -> list[Any]:
    row = {**message.__dict__, "facts": json.dumps(message.facts), "buttons": json.dumps(message.buttons)}
    row["created_at"] = _stored(message.created_at)
    return [row[column] for column in COLUMNS]


def _stored(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _aware(stored: datetime | None) -> datetime | None:
    """SQLite keeps times in UTC and does not say so."""
    return stored.replace(tzinfo=UTC) if stored is not None and stored.tzinfo is None else stored
