"""Ends a conversation at the patient's wish: the words go, a row without words stays as a tombstone.

What belongs to a case is a medical record and stays, out of the patient's reach. Whether there is a case is not
decided here: the setting RECORD_KEEPER names the function that knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from transcripts.models import Conversation, Message

Keeper = Callable[[str], bool]
ALARMS = ("urgent", "emergency")


@dataclass(frozen=True)
class Deleted:
    """What became of a conversation. `kept`: its words stay in the medical record."""

    kept: bool


def has_alarm(conversation: str) -> bool:
    """A keeper that needs no other room: any message that triage found urgent belongs to the record."""
    return Message.objects.filter(conversation_id=conversation, inbound=True, level__in=ALARMS).exists()


def keeper() -> Keeper:
    """The function of the setting RECORD_KEEPER."""
    found: Keeper = import_string(settings.RECORD_KEEPER)
    return found


def delete(conversation: str) -> Deleted:
    """Closes the conversation to its patient, for ever. Without a case all of its words are removed."""
    with transaction.atomic():
        kept = keeper()(conversation)
        row = Conversation.objects.filter(id=conversation, deleted_at__isnull=True)
        row.update(deleted_at=timezone.now())
        if not kept:
            Message.objects.filter(conversation_id=conversation).delete()
            row = Conversation.objects.filter(id=conversation)
            row.update(waiting=0, turn_of=None, turn_until=None, last_level="none")
    return Deleted(kept)
