"""Who is planned to be told of a case, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings

from escalation import ladder
from escalation.cases import Report, file_now
from escalation.models import Case, Notice
from intake import record
from tests.escalation.conftest import TUESDAY_NIGHT, TUESDAY_NOON, Say, the_case
from transcripts.models import Conversation


def planned(case: Case) -> list[tuple[int, str]]:
    """Minutes after the case opened, and who is told."""
    return [(int((n.due_at - case.opened_at).total_seconds() // 60), n.recipient) for n in case.notices.order_by("due_at", "pk")]


def request(say: Say, at: datetime) -> Case:
    message = say("hello")
    return the_case(file_now(Report(message.id, message.conversation, "request", "person", at)).number)


def test_rungs_of_the_level_are_planned_at_once(say: Say) -> None:
    case = the_case(say("i have chest pain").case.number)  # type: ignore[union-attr]
    rungs = settings.CLINIC.escalation.ladders["emergency"].rungs
    assert planned(case) == [(int(rung.after.total_seconds() // 60), name) for rung in rungs for name in rung.tell]


def test_emergency_tells_somebody_at_once_and_the_patient_when_nobody_looks() -> None:
    rungs = settings.CLINIC.escalation.ladders["emergency"].rungs
    assert rungs[0].after == timedelta(0)
    assert any("patient" in rung.tell for rung in rungs)


def test_wish_for_a_person_waits_for_the_opening(say: Say) -> None:
    case = request(say, TUESDAY_NIGHT)
    assert case.notices.order_by("due_at").first().due_at == datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # type: ignore[union-attr]


def test_wish_for_a_person_is_told_at_once_by_day(say: Say) -> None:
    assert request(say, TUESDAY_NOON).notices.order_by("due_at").first().due_at == TUESDAY_NOON  # type: ignore[union-attr]


def test_planning_twice_plans_once(say: Say) -> None:
    case = the_case(say("i have chest pain").case.number)  # type: ignore[union-attr]
    before = Notice.objects.count()
    ladder.begin_cycle(case, settings.CLINIC, 1, TUESDAY_NOON)
    ladder.begin_cycle(case, settings.CLINIC, 1, TUESDAY_NOON)
    assert Notice.objects.count() == before + 1
    assert set(case.notices.filter(cycle=1).values_list("recipient", flat=True)) == {"charge_nurse"}


def test_made_up_alarm_goes_to_the_watcher_alone(say: Say) -> None:
    canary = record.open_conversation("web", kind="canary")
    case = the_case(say("[canary] chest pain", where=canary).case.number)  # type: ignore[union-attr]
    assert Conversation.objects.get(pk=canary).kind == case.kind == "canary"
    assert list(case.notices.values_list("recipient", flat=True)) == ["canary"]
