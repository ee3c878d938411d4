"""Who may be sent texts. The state stands on the conversation, where staff see it; each change is kept for ever."""

from __future__ import annotations

from django.utils import timezone

from channels.sms.models import Consent
from transcripts.models import CannotText, Conversation

FINAL = ("utter_sms/stopped", "utter_sms/help")  # what may still be said to somebody who has opted out


def stop(conversation: str, *, message: int) -> None:
    """The patient said so."""
    _set(conversation, CannotText.stopped.value, "keyword", message)


def start(conversation: str, *, message: int) -> None:
    _set(conversation, "", "keyword", message)


def blocked(conversation: str) -> None:
    """The provider says that the patient opted out with it or with the carrier."""
    if not _is(conversation, CannotText.stopped):
        _set(conversation, CannotText.blocked.value, "provider", None)


def unreachable(conversation: str) -> None:
    """The number takes no texts."""
    if not (_is(conversation, CannotText.stopped) or _is(conversation, CannotText.blocked)):
        _set(conversation, CannotText.unreachable.value, "provider", None)


def reachable(conversation: str) -> None:
    """A text came in, so the number takes part again."""
    Conversation.objects.filter(id=conversation, cannot_text=CannotText.unreachable).update(cannot_text="")


def _is(conversation: str, state: CannotText) -> bool:
    return Conversation.objects.filter(id=conversation, cannot_text=state).exists()


def _set(conversation: str, state: str, how: str, message: int | None) -> None:
    changed = Conversation.objects.filter(id=conversation).exclude(cannot_text=state).update(cannot_text=state)
    if changed:
        Consent.objects.create(conversation_id=conversation, what=state or "started", how=how, message_id=message, at=timezone.now())
