"""Keeps unseen cases alarming: repeats the last rung, and alarms anew for a case that was acknowledged and forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from clinic import Clinic
from escalation import ladder
from escalation.models import Case, NoticeState, Outcome, State, Step
from transcripts import statements
from transcripts.models import Conversation, Message

CANARY_KEPT = timedelta(minutes=5)


def repeat_unseen(now: datetime) -> int:
    """Begins the next cycle of each open case whose whole ladder was told in vain; gives how many."""
    clinic: Clinic = settings.CLINIC
    repeated = 0
    unseen = Case.objects.filter(state=State.open, kind="patient").exclude(notices__state=NoticeState.waiting)
    for case in unseen:
        ended = case.notices.filter(round=case.round).aggregate(due=Max("due_at"), cycle=Max("cycle"))
        if ended["due"] is None or ended["due"] + clinic.escalation.ladders[case.level].again_every <= now:
            with transaction.atomic():
                ladder.begin_cycle(case, clinic, 1 + (ended["cycle"] or 0), now)
            repeated += 1
    return repeated


def reopen_forgotten(now: datetime) -> int:
    """Opens anew each case that was acknowledged longer ago than clinic.yml allows; gives how many."""
    clinic: Clinic = settings.CLINIC
    forgotten = Case.objects.filter(state=State.acknowledged, acknowledged_at__lt=now - clinic.escalation.acknowledged_for)
    numbers = list(forgotten.exclude(level="request").values_list("pk", flat=True))
    for number in numbers:
        with transaction.atomic():
            case = Case.objects.get(pk=number)
            statements.lock_conversation(case.conversation_id)
            case.refresh_from_db()
            if case.state != State.acknowledged:
                continue
            case.state, case.round, case.told_at = State.open, case.round + 1, now
            case.save(update_fields=["state", "round", "told_at"])
            ladder.begin_round(case, clinic, now)
            Step.objects.create(case=case, what="reopened", level=case.level, who="clock", at=now)
    return len(numbers)


def sweep_canaries(now: datetime) -> int:
    """Closes the watcher's made-up cases once they were told, and deletes old ones; gives how many were closed."""
    told = Case.objects.filter(kind=ladder.CANARY).exclude(state=State.closed).exclude(notices__state=NoticeState.waiting)
    closed = told.update(state=State.closed, closed_at=now, outcome=Outcome.canary)
    before = now - CANARY_KEPT
    if Case.objects.filter(kind=ladder.CANARY, opened_at__lt=before).exists():
        with transaction.atomic():
            Case.objects.filter(kind=ladder.CANARY, opened_at__lt=before).delete()
            Message.objects.filter(conversation__kind=ladder.CANARY, created_at__lt=before, alarm=None).delete()
            Conversation.objects.filter(kind=ladder.CANARY, created_at__lt=before, messages=None).delete()
    return closed
