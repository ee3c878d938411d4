"""Plans who is told of a case, and when: rows of the outbox. Not for telling (escalation/outbox.py)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from clinic import PATIENT, Clinic
from escalation.models import Case, Notice, NoticeState

CANARY = "canary"  # the watcher's own recipient


def begin_round(case: Case, clinic: Clinic, now: datetime) -> None:
    """Plans all rungs of the case's level from `now` on; what an earlier round still planned is dropped."""
    drop_waiting(case)
    if case.kind == CANARY:
        _plan(case, 0, [(0, now, CANARY)])
        return
    begin = _begin(case, clinic, now)
    rungs = clinic.escalation.ladders[case.level].rungs
    _plan(case, 0, [(place, begin + rung.after, name) for place, rung in enumerate(rungs) for name in rung.tell])


def begin_cycle(case: Case, clinic: Clinic, cycle: int, now: datetime) -> None:
    """Plans the last rung once more, for a case that went through the whole ladder unseen."""
    rungs = clinic.escalation.ladders[case.level].rungs
    place = max(place for place, rung in enumerate(rungs) if set(rung.tell) != {PATIENT})
    _plan(case, cycle, [(place, now, name) for name in rungs[place].tell if name != PATIENT])


def drop_waiting(case: Case) -> None:
    """Nobody is told any more of what was planned."""
    case.notices.filter(state=NoticeState.waiting).update(state=NoticeState.dropped, leased_until=None)


def _begin(case: Case, clinic: Clinic, now: datetime) -> datetime:
    """An alarm begins at once; the wish for a talk begins when the clinic is open."""
    if case.level != "request" or clinic.is_open(now):
        return now
    return clinic.next_opening(now)


def _plan(case: Case, cycle: int, tell: Iterable[tuple[int, datetime, str]]) -> None:
    """Once for each key, however often it is planned."""
    rows = [
        Notice(
            case=case,
            key=f"{case.pk}-{case.round}-{cycle}-{rung}-{name}",
            round=case.round,
            cycle=cycle,
            rung=rung,
            recipient=name,
            due_at=due,
        )
        for rung, due, name in tell
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
