from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from transcripts import history, statements
from transcripts.models import Conversation, Message, new_conversation_id

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 15, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture
def conversation() -> str:
    made = Conversation.objects.create(channel="web", created_at=NOW)
    for seq in range(1, 6):
        Message.objects.create(
            conversation=made,
            seq=seq,
            inbound=seq % 2 == 1,
            text=f"t{seq}",
            created_at=NOW,
            facts=["fatigue"],
        )
    return made.id


def texts(lines: list[history.Line]) -> list[str]:
    return [line.text for line in lines]


def test_lines_after_a_number_come_in_order_and_in_pages(conversation: str) -> None:
    assert texts(history.lines_after(conversation, 0)) == ["t1", "t2", "t3", "t4", "t5"]
    assert texts(history.lines_after(conversation, 3)) == ["t4", "t5"]
    assert texts(history.lines_after(conversation, 1, limit=2)) == ["t2", "t3"]


def test_latest_lines_are_the_last_ones_oldest_first(conversation: str) -> None:
    assert texts(history.latest_lines(conversation, limit=2)) == ["t4", "t5"]


def test_another_conversation_sees_nothing(conversation: str) -> None:
    assert history.lines_after(new_conversation_id(), 0) == []


def test_replies_are_those_to_one_message(conversation: str) -> None:
    first, second = Message.objects.order_by("seq")[:2]
    Message.objects.filter(pk=second.pk).update(reply_to=first)
    assert texts(history.replies_to(first.pk)) == ["t2"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_history_is_read_through_an_index(conversation: str) -> None:
    with CaptureQueriesContext(connection) as captured:
        history.lines_after(conversation, 3)
        history.latest_lines(conversation)
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"].replace("%", "%%"))
            plan = " ".join(str(row[3]) for row in cursor.fetchall())
        assert "SEARCH" in plan and "TEMP B-TREE" not in plan


def test_number_is_used_once_in_a_conversation(conversation: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(conversation_id=conversation, seq=3, inbound=True, text="x", created_at=NOW)


def test_statements_by_hand_store_what_the_models_read(conversation: str) -> None:
    message = Message(
        conversation_id=conversation,
        seq=6,
        inbound=True,
        external_id="é-1",
        text="100% {sure} 'quoted' 😀",
        choice="q_1",
        level="urgent",
        answered=False,
        opens_session=True,
        facts=["a"],
        buttons=[{"id": "q", "title": "é"}],
        created_at=NOW,
    )
    number = statements.insert_message(message, {"level": "urgent"})
    stored = Message.objects.get(pk=number)
    for name in statements.COLUMNS:
        assert getattr(stored, name) == getattr(message, name), name
    assert stored.reason.verdict == {"level": "urgent"} and stored.reason.took_ms is None


def test_every_column_of_a_message_is_written_by_hand() -> None:
    assert {field.attname for field in Message._meta.concrete_fields} == {"id", *statements.COLUMNS}


def test_locked_conversation_knows_its_times_in_utc(conversation: str) -> None:
    assert statements.lock_conversation("nobody") is None
    message = Message(conversation_id=conversation, seq=9, level="ask", created_at=NOW)
    statements.heard(message, language="en", level="urgent", signs=["hives"], asks_temperature=True, held_until=None)
    locked = statements.lock_conversation(conversation)
    assert locked and locked.last_heard_at == NOW
    assert (locked.last_seq, locked.last_level, locked.known_signs, locked.asks_temperature) == (9, "urgent", ["hives"], True)
    assert (locked.waiting, locked.turn_of) == (1, None)
