"""The durable inbox: one transaction holds the message, triage's verdict, its case and the claim to answer it.

Runs in the database thread (intake/front_desk.py). Not for asking Rasa or for words to patients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import Error, IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from escalation import cases
from escalation.cases import Filed
from intake import handoff
from intake.inbound import Inbound, Recorded
from transcripts import statements
from transcripts.models import UNANSWERED, Conversation, Message, new_conversation_id
from triage import Context, Level, Verdict, assess

logger = structlog.stdlib.get_logger(__name__)

SILENCE = timedelta(days=1)
LEASE = timedelta(seconds=10)  # longer than any answer may take; after it the message is taken up again
SETTLING = timedelta(seconds=1)  # a message this young is still in the hands that stored it
OFFERED = 10  # replies looked through for the title of a quick reply


class NoConversation(Exception):
    """The conversation does not exist (any more). Permanent: the patient needs a new one."""

    permanent = True


@dataclass(frozen=True)
class Screened:
    """Triage's level for one text, and the evidence as it is kept; empty when triage itself failed."""

    level: Level
    evidence: Mapping[str, Any]

    @property
    def failed(self) -> bool:
        return not self.evidence


def open_conversation(channel: str, *, kind: str = "patient", number: str | None = None, callback: str = "") -> str:
    """A conversation's id: a new one, or the one that the channel itself names with `number`."""
    known = {"id": number} if number else {"id": new_conversation_id()}
    fresh = {"channel": channel, "kind": kind, "callback": callback, "created_at": timezone.now()}
    return Conversation.objects.get_or_create(**known, defaults=fresh)[0].id


def language_of(conversation: str) -> str:
    """The language that the patient wrote last."""
    return Conversation.objects.filter(id=conversation).values_list("language", flat=True).first() or "en"


def record(inbound: Inbound) -> Recorded:
    """Stores `inbound` once, with its verdict; the same external id again gives the stored one."""
    try:
        with transaction.atomic():
            return _store(inbound, timezone.now())
    except IntegrityError:
        return _stored_before(inbound)


def title_of(conversation: str, choice: str) -> str:
    """What the quick reply `choice` said when it was last offered here; "" when it never was."""
    replies = Message.objects.filter(conversation_id=conversation, inbound=False).order_by("-seq")
    for buttons in replies.values_list("buttons", flat=True)[:OFFERED]:
        for button in buttons:
            if button["id"] == choice:
                return str(button["title"])
    return ""


def screen(text: str, *, conversation: str) -> Screened:
    """Triage's verdict on a text that is not stored (yet), knowing what was asked before."""
    try:
        known = Conversation.objects.filter(id=conversation).values_list("last_level", "asks_temperature").first()
    except Error:
        known = None
    last_level, asked = known or (Level.none.word, False)
    return _screen(text, conversation=conversation, last_level=last_level, asked=asked)


def _screen(text: str, *, conversation: str, last_level: str, asked: bool) -> Screened:
    """Never raises: a failure falls towards care."""
    try:
        context = Context(last_level=Level[last_level], asked_temperature=asked)
        return _screened(assess(text, context=context), asked=asked)
    except Exception as problem:  # the outermost edge of triage: nothing may keep a message from being stored
        kind = type(problem).__name__
        logger.error("triage.failed", conversation=conversation, characters=len(text), problem=kind)
        return Screened(Level.none, {})


def only_suicide(verdict: Verdict) -> bool:
    """Whether suicide is the one emergency found: with any other beside it, 911 comes first."""
    emergencies = [sign.id for sign in verdict.signs if sign.level >= Level.emergency]
    return bool(emergencies) and all("suicide" in sign for sign in emergencies)


def _screened(verdict: Verdict, *, asked: bool) -> Screened:
    """The verdict as it is kept beside the message: ids, levels and places, no words."""
    unanswered = asked and verdict.temperature is None and verdict.level < Level.ask
    evidence = {
        "asks_temperature": verdict.level == Level.ask or unanswered,
        "reminds": unanswered,
        "level": verdict.level.word,
        "language": verdict.language,
        "suicide": only_suicide(verdict),
        "signs": [[sign.id, sign.level.word, sign.start, sign.end] for sign in verdict.signs],
        "discounted": [
            [entry.sign.id, entry.reason, entry.sign.start, entry.sign.end] for entry in verdict.discounted
        ],
        "celsius": verdict.temperature.celsius if verdict.temperature else None,
        "fahrenheit": verdict.temperature.fahrenheit if verdict.temperature else None,
    }
    return Screened(verdict.level, evidence)


def _store(inbound: Inbound, now: datetime) -> Recorded:
    conversation = statements.lock_conversation(inbound.conversation)
    if conversation is None:
        raise NoConversation(inbound.conversation)
    text = inbound.text if inbound.text.strip() else title_of(inbound.conversation, inbound.choice)
    screened = _screen(
        text, conversation=inbound.conversation, last_level=conversation.last_level, asked=conversation.asks_temperature
    )
    silent_since = conversation.last_heard_at
    message = Message(
        conversation_id=inbound.conversation,
        seq=conversation.last_seq + 1,
        inbound=True,
        external_id=inbound.external_id,
        text=text,
        choice=inbound.choice,
        level=screened.level.word,
        answered=False,
        opens_session=silent_since is None or now - silent_since > SILENCE,
        created_at=now,
    )
    message.pk = statements.insert_message(message, screened.evidence)
    language = screened.evidence.get("language") or conversation.language
    asks = bool(screened.evidence.get("asks_temperature", conversation.asks_temperature))
    statements.heard(message, language=language, asks_temperature=asks)
    report = cases.report_of(message.pk, inbound.conversation, screened.evidence, now)
    filed = cases.file(report) if report else None
    free = conversation.turn_of is None and conversation.waiting == 0
    if free:
        statements.take_turn(inbound.conversation, message.pk, now + LEASE)
    led = handoff.is_led(conversation.led_until, now)
    return _recorded(message, conversation.channel, screened.evidence, filed, fresh=True, mine=free, led=led)


def stored(message: int) -> Recorded:
    """A message that had been stored before."""
    return _before(Message.objects.select_related("conversation", "reason").get(pk=message), mine=False)


def _stored_before(inbound: Inbound) -> Recorded:
    found = Message.objects.select_related("conversation", "reason")
    return _before(
        found.get(conversation_id=inbound.conversation, external_id=inbound.external_id), mine=False
    )


def _before(message: Message, *, mine: bool) -> Recorded:
    filed = cases.filed_for(message.pk)
    led = handoff.is_led(message.conversation.led_until, timezone.now())
    return _recorded(message, message.conversation.channel, message.reason.verdict, filed, fresh=False, mine=mine, led=led)


def _recorded(
    message: Message, channel: str, evidence: Mapping[str, Any], filed: Filed | None, *, fresh: bool, mine: bool, led: bool
) -> Recorded:
    return Recorded(
        id=message.pk,
        conversation=message.conversation_id,
        channel=channel,
        external_id=message.external_id or "",
        text=message.text,
        choice=message.choice,
        level=message.level,
        suicide=bool(evidence.get("suicide")),
        language=evidence.get("language") or "en",
        opens_session=message.opens_session,
        screened=bool(evidence),
        reminds=bool(evidence.get("reminds")),
        case=filed,
        received_at=message.created_at,
        fresh=fresh,
        answered=message.answered,
        mine=mine,
        led=led,
    )


def claim(message: int) -> Recorded | None:
    """The message, when its turn has come and it is ours now; None while another one is being answered."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Message.objects.select_related("conversation", "reason").get(pk=message)
        mine = not waiting.answered
        if mine and not _take_turn(waiting, now):
            return None
        return _before(waiting, mine=mine)


def _take_turn(message: Message, now: datetime) -> bool:
    """Takes the conversation's lease when it is free or has run out, and no earlier message waits."""
    open_turn = Q(turn_of__isnull=True) | Q(turn_until__lt=now)
    no_earlier = ~Exists(Message.objects.filter(UNANSWERED, conversation=OuterRef("id"), seq__lt=message.seq))
    lease = Conversation.objects.filter(open_turn, no_earlier, id=message.conversation_id)
    return bool(lease.update(turn_of=message.pk, turn_until=now + LEASE))


@dataclass(frozen=True)
class Left:
    """A message that nobody is answering."""

    id: int
    conversation: str


def left_behind(limit: int = 200) -> list[Left]:
    """Messages that nobody is answering, left by a crash: oldest first."""
    now = timezone.now()
    expired = Q(conversation__turn_until__lt=now) | Q(conversation__turn_of__isnull=True)
    settled = Q(created_at__lt=now - SETTLING)
    found = Message.objects.filter(UNANSWERED, expired, settled, inbound=True).order_by(
        "conversation_id", "seq"
    )
    return [
        Left(number, conversation)
        for number, conversation in found.values_list("id", "conversation_id")[:limit]
    ]
