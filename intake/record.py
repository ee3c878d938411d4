"""The durable inbox: one transaction holds the message, triage's verdict, its case and the claim to answer it.

Runs in the database thread (intake/front_desk.py). Not for asking Rasa or for words to patients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from escalation import cases
from escalation.cases import RAISES_A_CASE, Filed
from intake import handoff, parts, screening
from intake.inbound import Inbound, Recorded
from intake.screening import Screened
from transcripts import statements
from transcripts.models import UNANSWERED, Conversation, Message, new_conversation_id
from triage import Context, Level

SILENCE = timedelta(days=1)
LEASE = timedelta(seconds=10)  # longer than any answer may take; after it the message is taken up again
SETTLING = timedelta(seconds=1)  # a message this young is still in the hands that stored it
OFFERED = 10  # replies looked through for the title of a quick reply


class NoConversation(Exception):
    """The conversation does not exist (any more). Permanent: the patient needs a new one."""

    permanent = True


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


def _store(inbound: Inbound, now: datetime) -> Recorded:
    conversation = statements.lock_conversation(inbound.conversation)
    if conversation is None:
        raise NoConversation(inbound.conversation)
    text = inbound.text if inbound.text.strip() else title_of(inbound.conversation, inbound.choice)
    begun = parts.before(inbound.conversation, within=inbound.within, now=now) if inbound.within and conversation.waiting else None
    silent_since = conversation.last_heard_at
    opens_session = silent_since is None or now - silent_since > SILENCE
    known = _known(conversation, inbound.conversation, anew=opens_session)
    screened = screening.screen(text, conversation=inbound.conversation, known=known, read=inbound.read)
    if begun:
        screened = _together(screened, begun, text, inbound)
    held = inbound.hold and screened.level.word not in RAISES_A_CASE  # an alarm waits for nothing
    held_until = now + timedelta(seconds=inbound.hold) if held else None
    message = Message(
        conversation_id=inbound.conversation,
        seq=conversation.last_seq + 1,
        inbound=True,
        external_id=inbound.external_id,
        text=text,
        choice=inbound.choice,
        level=screened.level.word,
        answered=False,
        opens_session=opens_session,
        created_at=now,
    )
    message.pk = statements.insert_message(message, screened.evidence)
    language = screened.evidence.get("language") or conversation.language
    after = screened.known_after
    statements.heard(
        message, language=language, level=after.last_level.word, signs=sorted(after.signs),
        asks_temperature=after.asked_temperature, held_until=held_until,
    )  # fmt: skip
    report = cases.report_of(message.pk, inbound.conversation, screened.evidence, now)
    filed = cases.file(report) if report else None
    free = conversation.turn_of is None and conversation.waiting == 0 and held_until is None
    if free:
        statements.take_turn(inbound.conversation, message.pk, now + LEASE)
    led = handoff.is_led(conversation.led_until, now)
    stored = _recorded(message, conversation.channel, screened.evidence, filed, fresh=True, mine=free, led=led)
    return replace(stored, held_until=held_until)


def _together(own: Screened, begun: parts.Before, text: str, inbound: Inbound) -> Screened:
    """The verdict on a message that goes on with an earlier one. What was asked meanwhile the patient has not read."""
    whole = screening.screen(f"{begun.text} {text}", conversation=inbound.conversation, known=Context(), read=inbound.read)
    if own.failed or whole.failed:
        return own
    evidence = parts.raised(own.evidence, whole.evidence, begins=len(begun.text) + 1)
    known = own.known_after
    if whole.level > own.level:
        known = replace(
            known, last_level=max(known.last_level, whole.level), signs=known.signs | whole.known_after.signs,
            asked_temperature=whole.known_after.asked_temperature,
        )  # fmt: skip
    return Screened(Level[evidence["level"]], {**evidence, parts.CONTINUES: begun.last}, known)


def _known(conversation: statements.Locked, number: str, *, anew: bool) -> Context:
    """What was said before; after a day's silence only what an open case still holds."""
    if anew and not cases.is_open(number):
        return Context()
    return screening.context(conversation.last_level, conversation.known_signs, conversation.asks_temperature)


def screen(text: str, *, conversation: str) -> Screened:
    """Triage's verdict on a text that is not stored (yet), knowing what was said before."""
    fields = ("last_level", "known_signs", "asks_temperature")
    try:
        known = Conversation.objects.filter(id=conversation).values_list(*fields).first()
    except Error:
        known = None
    return screening.screen(text, conversation=conversation, known=screening.context(*known) if known else Context(), read=False)


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
        known=evidence.get("known") or {},
        reminds=bool(evidence.get("reminds")),
        case=filed,
        received_at=message.created_at,
        fresh=fresh,
        answered=message.answered,
        mine=mine,
        led=led,
        suspected=str(evidence.get("suspected") or "none"),
        named=screening.named(evidence),
    )


def claim(message: int) -> Recorded | None:
    """The message, when its turn has come and it is ours now; None while another one is being answered."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Message.objects.select_related("conversation", "reason").get(pk=message)
        mine = not waiting.answered
        rest = parts.following(waiting) if mine else []
        if mine and not _take_turn(waiting, (rest or [waiting])[-1].pk, now):
            return None
        return parts.joined(_before(waiting, mine=mine), [_before(part, mine=False) for part in rest])


def _take_turn(message: Message, last: int, now: datetime) -> bool:
    """Takes the conversation's lease for the thought that `message` begins and `last` ends: when the lease is free or
    has run out, nothing more is waited for, and no earlier message waits."""
    open_turn = Q(turn_of__isnull=True) | Q(turn_until__lt=now)
    not_held = Q(held_until__isnull=True) | Q(held_until__lte=now)
    no_earlier = ~Exists(Message.objects.filter(UNANSWERED, conversation=OuterRef("id"), seq__lt=message.seq))
    lease = Conversation.objects.filter(open_turn, not_held, no_earlier, id=message.conversation_id)
    return bool(lease.update(turn_of=last, turn_until=now + LEASE))


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
    not_held = Q(conversation__held_until__isnull=True) | Q(conversation__held_until__lt=now - SETTLING)
    found = Message.objects.filter(UNANSWERED, expired, settled, not_held, inbound=True).order_by(
        "conversation_id", "seq"
    )
    return [
        Left(number, conversation)
        for number, conversation in found.values_list("id", "conversation_id")[:limit]
    ]
