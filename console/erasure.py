"""Deletes a conversation everywhere, Rasa's memory too, and leaves a tombstone. Never one under a legal hold or with an open case."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from console.models import Hold, Tombstone
from escalation.models import Case, State
from transcripts import statements
from transcripts.models import Conversation, Message

AT_ONCE = 200


class Refused(Exception):
    """The conversation is kept; the message says why. Permanent until that changes."""

    permanent = True


def erase(number: str, *, who: str, why: str) -> Tombstone:
    """Deletes the conversation, its cases, notes and verdicts. Raises Refused, and Conversation.DoesNotExist."""
    with transaction.atomic():
        statements.lock_conversation(number)
        found = Conversation.objects.get(pk=number)
        if Hold.objects.filter(conversation=found).exists():
            raise Refused("This conversation is under a legal hold.")
        if Case.objects.filter(conversation=found).exclude(state=State.closed).exists():
            raise Refused("This conversation has an open case. Close it first.")
        left = Tombstone.objects.create(
            conversation=digest(number),
            channel=found.channel,
            messages=Message.objects.filter(conversation=found).count(),
            cases=Case.objects.filter(conversation=found).count(),
            began_at=found.created_at,
            deleted_at=timezone.now(),
            who=who,
            why=why,
        )
        Case.objects.filter(conversation=found).delete()
        found.delete()
        _forget_in_rasa(number, settings.DIALOGUE)
    return left


def digest(number: str) -> str:
    """What a tombstone keeps of the id: proves the deletion to who knows the id, and tells it to nobody (SMS ids could be guessed)."""
    return salted_hmac("console.tombstone", number, algorithm="sha256").hexdigest()


def _forget_in_rasa(number: str, file: Path) -> None:
    """Before the transaction ends: when Rasa's memory cannot be reached, nothing is deleted and the deed can be tried again."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=5)) as database, database:
        database.execute("PRAGMA secure_delete = ON")
        database.execute("CREATE TABLE IF NOT EXISTS dialogue (conversation TEXT PRIMARY KEY, events TEXT NOT NULL)")
        database.execute("DELETE FROM dialogue WHERE conversation = ?", (number,))


def overdue(now: datetime, keep: timedelta) -> Iterator[str]:
    """Conversations that were silent for longer than they are kept, not held, no open case; oldest first."""
    silent = Q(last_heard_at__lt=now - keep) | Q(last_heard_at__isnull=True, created_at__lt=now - keep)
    busy = Case.objects.exclude(state=State.closed).values("conversation_id")
    found = Conversation.objects.filter(silent, hold__isnull=True).exclude(pk__in=busy).order_by("created_at")
    yield from found.values_list("pk", flat=True)[:AT_ONCE]


def shred() -> None:
    """SQLite writes over what was deleted from now on."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("INSERT INTO transcripts_search(transcripts_search) VALUES ('optimize')")
