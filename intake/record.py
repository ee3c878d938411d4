"""The durable inbox: one transaction holds the message, triage's verdict and the claim to answer it.

Runs in the database thread (intake/front_desk.py). Not for asking Rasa or for words to patients.
"""
from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from intake.inbound import Answer, Inbound, Recorded, Reply
from transcripts.models import Conversation, Message, Reason
from triage import Level, Verdict, assess

logger = logging.getLogger(__name__)

SILENCE = timedelta(days=1)
LEASE = timedelta(seconds=10)  # longer than any answer may take; after it the message is taken up again


class NoConversation(Exception):
    """The conversation does not exist (any more). Permanent: the patient needs a new one."""

    permanent = True


def open_conversation(channel: str, *, kind: str = "patient") -> str:
    """A new conversation's id."""
    return Conversation.objects.create(channel=channel, kind=kind, created_at=timezone.now()).id


def record(inbound: Inbound) -> Recorded:
    """Stores `inbound` once, with its verdict; the same external id again gives the stored one."""
    verdict = screen(inbound)
    try:
        with transaction.atomic():
            return _store(inbound, verdict, timezone.now())
    except IntegrityError:
        return _stored_before(inbound)


def screen(inbound: Inbound) -> Verdict | None:
    """Triage's verdict; None when triage itself failed: the reply then falls towards care."""
    try:
        return assess(inbound.text)
    except Exception:  # the outermost edge of triage: nothing may keep a message from being stored
        logger.error("triage.failed conversation=%s characters=%d", inbound.conversation, len(inbound.text))
        return None


def _store(inbound: Inbound, verdict: Verdict | None, now: datetime) -> Recorded:
    conversation = Conversation.objects.select_for_update().filter(id=inbound.conversation).first()
    if conversation is None:
        raise NoConversation(inbound.conversation)
    silent_since = conversation.last_heard_at
    message = Message.objects.create(
        conversation_id=conversation.id,
        seq=conversation.last_seq + 1,
        inbound=True,
        external_id=inbound.external_id,
        text=inbound.text,
        choice=inbound.choice,
        level=verdict.level.word if verdict else "none",
        answered=False,
        opens_session=silent_since is None or now - silent_since > SILENCE,
        created_at=now,
    )
    Reason.objects.create(message=message, verdict=evidence(verdict))
    free = conversation.turn_of is None and not _waiting(conversation.id, message.seq)
    Conversation.objects.filter(id=conversation.id).update(
        last_seq=message.seq,
        last_heard_at=now,
        turn_of=message.pk if free else F("turn_of"),
        turn_until=now + LEASE if free else F("turn_until"),
    )
    return _recorded(message, inbound.channel, evidence(verdict), fresh=True, mine=free)


def _waiting(conversation: str, seq: int) -> bool:
    return Message.objects.filter(conversation_id=conversation, answered=False, seq__lt=seq).exists()


def _stored_before(inbound: Inbound) -> Recorded:
    message = Message.objects.select_related("reason").get(conversation_id=inbound.conversation, external_id=inbound.external_id)
    return _recorded(message, inbound.channel, message.reason.verdict, fresh=False, mine=False)


def _recorded(message: Message, channel: str, found: Mapping[str, Any], *, fresh: bool, mine: bool) -> Recorded:
    return Recorded(
        id=message.pk,
        conversation=message.conversation_id,
        channel=channel,
        text=message.text,
        choice=message.choice,
        level=message.level,
        suicide=bool(found.get("suicide")),
        language=found.get("language") or "en",
        opens_session=message.opens_session,
        screened=bool(found),
        received_at=message.created_at,
        fresh=fresh,
        answered=message.answered,
        mine=mine,
    )


def evidence(verdict: Verdict | None) -> dict[str, Any]:
    """The verdict as it is kept beside the message; empty when triage failed."""
    if verdict is None:
        return {}
    return {
        "level": verdict.level.word,
        "language": verdict.language,
        "suicide": any("suicide" in sign.id for sign in verdict.signs if sign.level >= Level.emergency),
        "signs": [[sign.id, sign.level.word, sign.start, sign.end] for sign in verdict.signs],
        "discounted": [[entry.sign.id, entry.reason, entry.sign.start, entry.sign.end] for entry in verdict.discounted],
        "celsius": verdict.temperature.celsius if verdict.temperature else None,
    }


def claim(message: int) -> Recorded | None:
    """The message, when its turn has come and it is ours now; None while another one is being answered."""
    now = timezone.now()
    with transaction.atomic():
        waiting = Message.objects.select_related("conversation", "reason").get(pk=message)
        if waiting.answered:
            return _recorded(waiting, waiting.conversation.channel, waiting.reason.verdict, fresh=False, mine=False)
        earlier = Message.objects.filter(conversation=OuterRef("id"), answered=False, seq__lt=waiting.seq)
        open_turn = Q(turn_of__isnull=True) | Q(turn_until__lt=now) | Q(turn_of=message, turn_until__lt=now)
        taken = (
            Conversation.objects.filter(open_turn, ~Exists(earlier), id=waiting.conversation_id)
            .update(turn_of=message, turn_until=now + LEASE)
        )  # fmt: skip
        if not taken:
            return None
        return _recorded(waiting, waiting.conversation.channel, waiting.reason.verdict, fresh=False, mine=True)


def store_replies(message: Recorded, replies: Sequence[Reply], answer: Answer) -> bool:
    """Stores the replies and ends the turn; False when the message had been answered in the meantime."""
    now = timezone.now()
    with transaction.atomic():
        if not Message.objects.filter(pk=message.id, answered=False).update(answered=True):
            return False
        conversation = Conversation.objects.select_for_update().get(id=message.conversation)
        seq = conversation.last_seq
        Message.objects.bulk_create(
            Message(
                conversation_id=message.conversation, seq=seq + place, inbound=False, text=reply.text, level=reply.level,
                response=reply.response, source=reply.source, facts=list(reply.facts), buttons=list(reply.buttons),
                reply_to_id=message.id, created_at=now,
            )
            for place, reply in enumerate(replies, 1)
        )  # fmt: skip
        Conversation.objects.filter(id=message.conversation).update(last_seq=seq + len(replies), turn_of=None, turn_until=None)
        _explain(message, answer, now)
    return True


def _explain(message: Recorded, answer: Answer, now: datetime) -> None:
    understood = dict(answer.understanding)
    confidence = understood.get("confidence")
    Reason.objects.filter(message_id=message.id).update(
        intent=str(understood.get("intent") or "")[:80],
        confidence=confidence if isinstance(confidence, (int, float)) else None,
        runner_up=str(understood.get("runner_up") or "")[:80],
        understanding=understood,
        model=str(understood.get("model") or "")[:64],
        outcome=answer.outcome,
        took_ms=int((now - message.received_at).total_seconds() * 1000),
    )


def left_behind() -> list[int]:
    """Messages that nobody is answering: left by a crash. Oldest first."""
    now = timezone.now()
    expired = Q(conversation__turn_until__lt=now) | Q(conversation__turn_of__isnull=True)
    settled = Q(created_at__lt=now - timedelta(seconds=1))
    return list(Message.objects.filter(expired, settled, answered=False, inbound=True).order_by("id").values_list("id", flat=True)[:200])
