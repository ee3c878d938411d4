"""A person of the care team writes to a patient: the bot keeps quiet until they hand back or fall silent.

Each message of the patient is still recorded and screened: an alarm raises a case and is answered with the safety words
(intake/care.py). Not for who may write (console/).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from escalation import cases, telling
from escalation.cases import Report
from transcripts import statements
from transcripts.later import say_later
from transcripts.models import Conversation, Message
from wording import Reply, Words

LED_FOR = timedelta(minutes=10)  # after the person's last deed
STAFF = "staff"  # the response key of words that a person wrote
AT_ONCE = 50


class InOtherHands(Exception):
    """Somebody else is writing to this patient; `who`. Passes when they are done."""

    permanent = False

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


def is_led(until: datetime | None, now: datetime) -> bool:
    return until is not None and until > now


def take(conversation: str, who: str, words: Words) -> None:
    """`who` writes from now on; the patient is told once. Raises InOtherHands, and Conversation.DoesNotExist."""
    with transaction.atomic():
        _take(conversation, who, words, timezone.now())


def write(conversation: str, who: str, text: str, words: Words) -> Message:
    """Stores `text` of `who` for the patient, who reads it on any channel; takes the conversation when it is free."""
    with transaction.atomic():
        now = timezone.now()
        _take(conversation, who, words, now)
        return say_later(conversation, [Reply(text, response=STAFF)], now=now, author=who)[0]


def hand_back(conversation: str, words: Words) -> bool:
    """The bot answers again, and the patient is told; False when it did already."""
    with transaction.atomic():
        found = _locked(conversation)
        if found.led_until is None:
            return False
        _free(found)
        _say(found, "written", {}, words, timezone.now())
    return True


def end_overdue(words: Words) -> int:
    """Hands back each conversation whose person fell silent; what the patient wrote last and nobody answered becomes a case."""
    overdue = Conversation.objects.filter(led_until__isnull=False, led_until__lt=timezone.now())
    numbers = list(overdue.values_list("pk", flat=True)[:AT_ONCE])
    for number in numbers:
        with transaction.atomic():
            found, now = _locked(number), timezone.now()
            if found.led_until is None or is_led(found.led_until, now):
                continue
            _free(found)
            _leave(found, words, now)
    return len(numbers)


def _leave(conversation: Conversation, words: Words, now: datetime) -> None:
    last = Message.objects.filter(conversation=conversation).order_by("-seq").first()
    if last is None or not last.inbound:
        return _say(conversation, "left", {}, words, now)
    report = Report(last.pk, conversation.pk, "request", "person", now, conversation.language)
    filed = cases.file(report)
    return _say(conversation, "left_unheard", {"case": str(filed.number)}, words, now)


def _take(number: str, who: str, words: Words, now: datetime) -> None:
    found = _locked(number)
    led = is_led(found.led_until, now)
    if led and found.led_by != who:
        raise InOtherHands(found.led_by)
    Conversation.objects.filter(pk=number).update(led_by=who, led_until=now + LED_FOR)
    if not led:
        _say(found, "writing", {}, words, now)


def _free(conversation: Conversation) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(led_by="", led_until=None)


def _locked(number: str) -> Conversation:
    statements.lock_conversation(number)
    return Conversation.objects.get(pk=number)


def _say(conversation: Conversation, name: str, given: dict[str, str], words: Words, now: datetime) -> None:
    reply = telling.said(words, name, given, language=conversation.language, channel=conversation.channel)
    say_later(conversation.pk, [reply], now=now)
