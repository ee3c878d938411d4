"""Takes notices that are due, delivers them, and writes down what became of each. Safe with several workers at once."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from clinic import PATIENT, Clinic, Recipient
from escalation.ladder import CANARY
from escalation.models import Attempt, Case, Notice, NoticeState, State
from escalation.staff import tell_patient
from notify import Letter, NotDelivered, Notifier
from transcripts import statements
from wording import Words

logger = structlog.stdlib.get_logger(__name__)

LEASE = timedelta(seconds=60)  # longer than any address takes to time out
MOST_ATTEMPTS = 10
LONGEST_PAUSE = 300.0  # seconds between two tries


def take_due(now: datetime, *, limit: int = 20) -> list[Notice]:
    """Notices that are due and in nobody's hands, leased to the caller; oldest first."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    # written with IN so that SQLite uses the partial index
    due = Notice.objects.filter(free, state__in=[NoticeState.waiting], due_at__lte=now).order_by("due_at", "pk")
    taken = []
    for notice in due.select_related("case")[:limit]:
        mine = Notice.objects.filter(free, pk=notice.pk, state=NoticeState.waiting)
        if mine.update(leased_until=now + LEASE, attempts=F("attempts") + 1):
            notice.attempts += 1
            taken.append(notice)
    return taken


def deliver(notice: Notice, notifier: Notifier, words: Words, now: datetime) -> bool:
    """Delivers one leased notice and stores the outcome; True when it went out. Sends without holding a transaction."""
    case = Case.objects.get(pk=notice.case_id)
    if case.state != State.open or case.round != notice.round:
        _finish(notice, NoticeState.dropped, "no longer needed", now, 0)
        return False
    if notice.recipient == PATIENT:
        return _tell_patient(notice, words, now)
    began = time.monotonic()
    try:
        for address in addresses(notice.recipient, now):
            notifier.send(address, letter(case, notice, now))
    except NotDelivered as problem:
        _failed(notice, problem, now, _milliseconds(began))
        return False
    _finish(notice, NoticeState.delivered, "delivered", now, _milliseconds(began))
    return True


def addresses(recipient: str, now: datetime) -> Sequence[str]:
    """Where a recipient is reached at this hour; raises NotDelivered for one that clinic.yml no longer knows."""
    if recipient == CANARY:
        return (settings.CANARY_ADDRESS,)
    clinic: Clinic = settings.CLINIC
    found: Recipient | None = clinic.escalation.recipients.get(recipient)
    if found is None:
        raise NotDelivered("not in clinic.yml", permanent=True)
    return found.addresses(clinic_open=clinic.is_open(now))


def letter(case: Case, notice: Notice, now: datetime) -> Letter:
    """Case number, level, age and link; nothing that a patient wrote."""
    minutes = max(0, int((now - case.opened_at).total_seconds() // 60))
    phone = "\nThis patient cannot be texted: telephone." if case.conversation.cannot_text else ""
    title = f"{case.level.upper()}: case {case.number}"
    body = f"Case {case.number}, {case.level}, open for {minutes} min, nobody has acknowledged it.{phone}\n{settings.PUBLIC_URL}/console/cases/{case.number}"
    return Letter(notice.key, title, body)


def _tell_patient(notice: Notice, words: Words, now: datetime) -> bool:
    """In one transaction with the outcome, so that a patient is told once."""
    with transaction.atomic():
        statements.lock_conversation(notice.case.conversation_id)
        case = Case.objects.get(pk=notice.case_id)
        if case.state != State.open or case.conversation.cannot_text:
            why = "cannot text: phone" if case.conversation.cannot_text else "no longer needed"
            _finish(notice, NoticeState.dropped, why, now, 0)
            return False
        tell_patient(case, "unseen", {"case": str(case.number)}, words, now)
        _finish(notice, NoticeState.delivered, "delivered", now, 0)
    return True


def _finish(notice: Notice, state: NoticeState, outcome: str, now: datetime, took: int) -> None:
    with transaction.atomic():
        delivered_at = now if state == NoticeState.delivered else None
        Notice.objects.filter(pk=notice.pk).update(state=state, leased_until=None, delivered_at=delivered_at)
        Attempt.objects.create(notice=notice, at=now, outcome=outcome, took_ms=took)
    logger.info("notice." + state, case=notice.case.number, notice=notice.key, attempt=notice.attempts)


def _failed(notice: Notice, problem: NotDelivered, now: datetime, took: int) -> None:
    """Another try after a pause; a notice that is given up brings the next rung forward."""
    dead = problem.permanent or notice.attempts >= MOST_ATTEMPTS
    logger.error("notice.failed", case=notice.case.number, notice=notice.key, attempt=notice.attempts, dead=dead)
    with transaction.atomic():
        Attempt.objects.create(notice=notice, at=now, outcome=str(problem)[:60], took_ms=took)
        if dead:
            Notice.objects.filter(pk=notice.pk).update(state=NoticeState.dead, leased_until=None)
            _bring_forward(notice, now)
        else:
            pause = timedelta(seconds=min(LONGEST_PAUSE, 2.0**notice.attempts) * random.uniform(0.8, 1.2))  # noqa: S311
            Notice.objects.filter(pk=notice.pk).update(due_at=now + pause, leased_until=None)


def _bring_forward(notice: Notice, now: datetime) -> None:
    later = Notice.objects.filter(case=notice.case_id, round=notice.round, state=NoticeState.waiting, rung__gt=notice.rung)
    following = later.order_by("rung").values_list("rung", flat=True).first()
    if following is not None:
        later.filter(rung=following, due_at__gt=now).update(due_at=now)


def _milliseconds(began: float) -> int:
    return int(1000 * (time.monotonic() - began))
