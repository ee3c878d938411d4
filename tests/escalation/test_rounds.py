"""A case that nobody looks at never falls silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from escalation import outbox, rounds, staff
from escalation.models import Case, State
from intake import record
from notify import RecordingNotifier
from tests.escalation.conftest import Say, the_case
from transcripts.models import Conversation, Message
from wording import Words


@pytest.fixture
def case(say: Say) -> Case:
    return the_case(say("i have chest pain").case.number)  # type: ignore[union-attr]


def go(case: Case, words: Words, minutes: float) -> list[str]:
    """Whom the worker tells so many minutes after the case opened."""
    now = case.opened_at + timedelta(minutes=minutes)
    rounds.repeat_unseen(now)
    rounds.reopen_forgotten(now)
    taken = outbox.take_due(now)
    return [notice.recipient for notice in taken if outbox.deliver(notice, RecordingNotifier(), words, now)]


def test_last_rung_is_repeated_until_somebody_acknowledges(case: Case, words: Words) -> None:
    assert len(go(case, words, 3)) == 4
    assert go(case, words, 7.9) == []
    assert go(case, words, 8) == ["charge_nurse"]
    assert go(case, words, 12.9) == []
    assert go(case, words, 13) == ["charge_nurse"]
    staff.acknowledge(case.number, "ann", words)
    assert go(case, words, 30) == []


def test_case_that_was_acknowledged_and_forgotten_alarms_anew(case: Case, words: Words) -> None:
    acknowledged = staff.acknowledge(case.number, "ann", words)
    after = (acknowledged.acknowledged_at - case.opened_at).total_seconds() / 60  # type: ignore[operator]
    assert go(case, words, after + 119) == []
    assert "on_call" in go(case, words, after + 121)
    again = the_case(case.number)
    assert (again.state, again.round) == (State.open, 2)
    assert list(again.steps.order_by("pk").values_list("what", flat=True)) == ["opened", "acknowledged", "reopened"]


def test_closed_case_stays_silent(case: Case, words: Words) -> None:
    staff.close(case.number, "ann", outcome="called")
    assert go(case, words, 500) == []


def test_case_whose_notices_were_all_lost_alarms_all_the_same(case: Case, words: Words) -> None:
    case.notices.all().delete()
    assert go(case, words, 1) == ["charge_nurse"]


def test_made_up_cases_are_closed_when_told_and_deleted_later(say: Say, words: Words) -> None:
    canary = record.open_conversation("web", kind="canary")
    case = the_case(say("[canary] chest pain", where=canary).case.number)  # type: ignore[union-attr]
    now = timezone.now()
    assert rounds.sweep_canaries(now) == 0, "not told yet"
    for notice in outbox.take_due(now):
        outbox.deliver(notice, RecordingNotifier(), words, now)
    assert rounds.sweep_canaries(now) == 1
    assert the_case(case.number).state == State.closed
    later = now + rounds.CANARY_KEPT + timedelta(seconds=5)
    rounds.sweep_canaries(later)
    assert not Case.objects.exists() and not Message.objects.exists() and not Conversation.objects.filter(kind="canary").exists()


def test_sweeping_made_up_cases_leaves_patients_alone(case: Case) -> None:
    rounds.sweep_canaries(case.opened_at + timedelta(days=400))
    assert Case.objects.get() == case and Message.objects.count() == 1
