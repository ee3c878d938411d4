"""The outbox of texts: takes what is due, one text of a conversation at a time, and writes down what became of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from channels.sms import consent
from channels.sms.models import Delivery, State
from channels.sms.providers.interface import NotSent, Status
from escalation.cases import RAISES_A_CASE
from transcripts.models import CannotText

logger = structlog.stdlib.get_logger(__name__)

LEASE = timedelta(seconds=30)  # longer than a try may take
EXPIRES = timedelta(hours=12)  # a reply this late answers nobody
MOST_ATTEMPTS = 8
LONGEST_PAUSE = 60.0
WAITING = Q(state__in=[State.waiting.value])
# https://www.twilio.com/docs/api/errors: opted out; and no such number, a landline, no route, an unknown handset
OPTED_OUT = ("21610",)
NO_TEXTS = ("21211", "21214", "21217", "21408", "21612", "21614", "30005", "30006")
FINISHED = ("delivered", "undelivered", "failed")
RANK = {"": 0, "accepted": 1, "scheduled": 1, "queued": 2, "sending": 3, "sent": 4, "delivered": 5, "undelivered": 5, "failed": 5, "read": 6}


@dataclass(frozen=True)
class Tried:
    """One try. `problem` None: it went out as `provider_id`."""

    delivery: Delivery
    at: datetime
    provider_id: str = ""
    problem: NotSent | None = None


def due(now: datetime) -> QuerySet[Delivery]:
    """The first waiting text of each conversation, when it is due and in nobody's hands."""
    before = Delivery.objects.filter(WAITING, conversation=OuterRef("conversation"), place__lt=OuterRef("place"))
    return Delivery.objects.filter(WAITING, _free(now), due_at__lte=now).exclude(Exists(before)).order_by("pk")


def _free(now: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now)


def take(now: datetime, *, most: int, safety_after_stop: bool) -> list[Delivery]:
    """Takes up to `most` texts in hand; withholds those that may no longer be sent. Call it in a transaction."""
    taken: list[Delivery] = []
    for delivery in due(now).select_related("conversation", "message")[:most]:
        state = _not_to_be_sent(delivery, now, safety_after_stop=safety_after_stop)
        mine = Delivery.objects.filter(WAITING, _free(now), pk=delivery.pk)
        if state:
            mine.update(state=state, finished_at=now)
            logger.info("sms." + state, message=delivery.message_id, delivery=delivery.key)
            continue
        delivery.unsure = delivery.unsure or delivery.leased_until is not None
        if mine.update(leased_until=now + LEASE, unsure=delivery.unsure, attempts=F("attempts") + 1):
            delivery.attempts += 1
            taken.append(delivery)
    return taken


def _not_to_be_sent(delivery: Delivery, now: datetime, *, safety_after_stop: bool) -> State | None:
    if delivery.message.created_at < now - EXPIRES:
        return State.expired
    if delivery.conversation.cannot_text not in (CannotText.stopped, CannotText.blocked):
        return None
    reply = delivery.message
    safety = safety_after_stop and reply.reply_to_id is not None and reply.level in RAISES_A_CASE
    return None if safety or reply.response.removesuffix("_es") in consent.FINAL else State.withheld


def write_down(tried: Tried) -> None:
    """What became of a try. Call it in a transaction."""
    delivery, problem = tried.delivery, tried.problem
    row = Delivery.objects.filter(WAITING, pk=delivery.pk)
    if problem is None:
        row.update(state=State.sent, provider_id=tried.provider_id, sent_at=tried.at, leased_until=None, unsure=False)
        logger.info("sms.sent", message=delivery.message_id, delivery=delivery.key, attempt=delivery.attempts)
        return
    given_up = problem.permanent or delivery.attempts >= MOST_ATTEMPTS
    logger.error("sms.not_sent", message=delivery.message_id, delivery=delivery.key, code=problem.code, given_up=given_up)
    if given_up:
        row.update(state=State.failed, error=problem.code[:20], finished_at=tried.at, leased_until=None)
        _flag(delivery, problem.code)
        return
    pause = timedelta(seconds=min(LONGEST_PAUSE, 2.0 ** (delivery.attempts - 1)) * random.uniform(0.8, 1.2))  # noqa: S311
    unsure = problem.unsure or delivery.unsure
    row.update(due_at=tried.at + pause, error=problem.code[:20], leased_until=None, unsure=unsure)


def note_status(status: Status, now: datetime) -> bool:
    """What the provider says became of a text; False when we know no such text. An older word changes nothing."""
    found = Delivery.objects.filter(key=status.key) if status.key else Delivery.objects.filter(provider_id=status.id)
    delivery = found.first()
    if delivery is None or (delivery.provider_id and delivery.provider_id != status.id):
        return False
    if RANK.get(status.state, 0) <= RANK.get(delivery.provider_state, 0):
        return True
    changes: dict[str, object] = {"provider_state": status.state, "provider_id": status.id, "error": status.error}
    if status.state in FINISHED:
        state = State.delivered if status.state == "delivered" else State.failed
        changes |= {"state": state, "finished_at": now, "leased_until": None}
    Delivery.objects.filter(pk=delivery.pk).update(**changes)
    if status.state in FINISHED and status.error:
        logger.error("sms.undelivered", message=delivery.message_id, delivery=delivery.key, code=status.error)
        _flag(delivery, status.error)
    return True


def _flag(delivery: Delivery, code: str) -> None:
    """Staff see that this patient must be telephoned."""
    if code in OPTED_OUT:
        consent.blocked(delivery.conversation_id)
    elif code in NO_TEXTS:
        consent.unreachable(delivery.conversation_id)
