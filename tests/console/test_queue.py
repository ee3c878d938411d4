"""The queue: order, what a row says, acknowledgement by two people, the silent worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console.board import board
from console.models import AuditEntry
from console.phones import masked, whole
from escalation import heartbeat
from escalation.models import Attempt, Case, Notice, NoticeState
from tests.console.conftest import Say, SignedIn
from transcripts.models import Message

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true", "HX-Target": "board"}


def rows(nurse: Client) -> str:
    return nurse.get("/console/queue").content.decode()


def test_emergencies_come_first_and_then_the_case_whose_next_rung_is_nearest(say: Say) -> None:
    for text in ("temp is 101.5", "I have chest pain", "rash all over"):
        say(text)
    urgent, emergency, rash = Case.objects.order_by("pk")
    soon = timezone.now() + timedelta(seconds=30)
    Notice.objects.filter(case=rash).update(due_at=soon)
    Notice.objects.filter(case=urgent).update(due_at=soon + timedelta(minutes=4))
    assert [row.case.pk for row in board(timezone.now()).open] == [emergency.pk, rash.pk, urgent.pk]


def test_row_says_what_a_nurse_must_know(case: Case, nurse: Client) -> None:
    notice = Notice.objects.filter(case=case).order_by("pk")[0]
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.delivered, delivered_at=timezone.now())
    dead = Notice.objects.filter(case=case).order_by("pk")[1]
    Notice.objects.filter(pk=dead.pk).update(state=NoticeState.dead)
    Attempt.objects.create(notice=dead, at=timezone.now(), outcome="address unknown")
    page = rows(nurse)
    for said in ("Emergency", "chest pain", "102.5 °F / 39.2 °C", "Text", "nurse line: told", "on call: could not be told (address unknown)", "next: "):
        assert said in page, said
    assert "••• ••• 0187" in page and "5550187" not in page and "555-0187" not in page


def test_whole_number_is_shown_on_asking_and_the_asking_is_written_down(case: Case, nurse: Client) -> None:
    shown = nurse.post(f"/console/cases/{case.number}/number", headers={"HX-Request": "true"}).content.decode()
    assert "(303) 555-0187" in shown
    entry = AuditEntry.objects.get(what="revealed number")
    assert entry.who == "ann" and entry.about == f"case {case.number}" and "0187" not in str(entry.detail)


def test_acknowledging_stops_the_ladder_tells_the_patient_and_leaves_the_case_in_hand(case: Case, nurse: Client) -> None:
    answer = nurse.post(f"/console/cases/{case.number}/acknowledge", headers=HX).content.decode()
    case.refresh_from_db()
    assert (case.state, case.acknowledged_by) == ("acknowledged", "ann")
    assert "In hand" in answer and "No case is waiting" in answer
    assert not Notice.objects.filter(case=case, state=NoticeState.waiting).exists()
    assert "has opened your message" in Message.objects.filter(conversation=case.conversation).last().text  # type: ignore[union-attr]


def test_second_person_is_told_who_was_first(case: Case, nurse: Client, signed_in: SignedIn) -> None:
    nurse.post(f"/console/cases/{case.number}/acknowledge")
    second = signed_in("nurse", "ben")
    answer = second.post(f"/console/cases/{case.number}/acknowledge", headers=HX).content.decode()
    assert f"Case {case.number} was acknowledged by ann" in answer
    page = second.post(f"/console/cases/{case.number}/acknowledge", {"back": "queue"}, follow=True).content.decode()
    assert "was acknowledged by ann" in page
    assert Case.objects.get().acknowledged_by == "ann"
    assert Message.objects.filter(response="utter_case/opened").count() == 1, "the patient is told once"


def test_closing_needs_an_outcome_and_a_note(case: Case, nurse: Client) -> None:
    where = f"/console/cases/{case.number}/close"
    assert nurse.post(where, {"outcome": "called", "note": " "}).status_code == 422
    assert nurse.post(where, {"outcome": "", "note": "spoke with her"}).status_code == 422
    assert nurse.post(where, {"outcome": "canary", "note": "x"}).status_code == 422
    assert nurse.post(where, {"outcome": "sent_to_emergency", "note": "911 called"}).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.outcome, case.note, case.closed_by) == ("closed", "sent_to_emergency", "911 called", "ann")
    again = nurse.post(where, {"outcome": "called", "note": "x"}, follow=True).content.decode()
    assert f"Case {case.number} was closed by ann" in again


def test_live_rows_come_only_when_something_changed(case: Case, nurse: Client, say: Say) -> None:
    digest = rows(nurse).split("seen=")[1].split('"')[0]
    assert nurse.get(f"/console/queue/live?seen={digest}").status_code == 204
    say("I can't breathe")
    changed = nurse.get(f"/console/queue/live?seen={digest}")
    assert changed.status_code == 200 and f"Case {case.number + 1}" in changed.content.decode()


def test_every_page_knows_of_open_emergencies(case: Case, nurse: Client) -> None:
    assert 'id="alarms"' in nurse.get("/console/conversations").content.decode()
    shown = nurse.get("/console/queue/alarms/live").content.decode()
    assert "1 emergency" in shown and f'data-emergencies="{case.number}.1"' in shown
    assert nurse.get(f"/console/queue/alarms/live?seen={case.number}.1").status_code == 204
    nurse.post(f"/console/cases/{case.number}/acknowledge")
    assert "hidden" in nurse.get(f"/console/queue/alarms/live?seen={case.number}.1").content.decode()


def test_banner_when_the_worker_is_silent(case: Case, nurse: Client) -> None:
    assert "Nobody is being told" not in rows(nurse)
    heartbeat.beat(heartbeat.WORKER, timezone.now() - timedelta(minutes=2))
    assert "Nobody is being told" in rows(nurse)


def test_queue_costs_the_same_number_of_queries_for_one_case_and_for_many(nurse: Client, say: Say) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    say("I have chest pain")
    with CaptureQueriesContext(connection) as one:
        board(timezone.now())
    for _ in range(8):
        say("I have chest pain")
    with CaptureQueriesContext(connection) as many:
        board(timezone.now())
    assert len(one) == len(many) <= 5


@pytest.mark.parametrize(
    ("number", "hidden", "shown"),
    [("+13035550187", "••• ••• 0187", "(303) 555-0187"), ("+525512345678", "••• ••• 5678", "+52 55 1234 5678"), ("", "", "")],
)
def test_numbers_are_masked_and_written_as_people_do(number: str, hidden: str, shown: str) -> None:
    assert masked(number) == hidden and whole(number) == shown
