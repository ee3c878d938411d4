"""A message that cannot wait has exactly one case, made in the transaction that stores it."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.db import DatabaseError

from escalation.cases import Report, file_now, filed_for, latest_case
from escalation.models import Alarm, Case, Notice, State, Step
from intake import record
from intake.inbound import Inbound
from tests.escalation.conftest import TUESDAY_NOON, Say, the_case
from transcripts.models import Message


def test_emergency_is_stored_with_its_case_and_its_notices(say: Say) -> None:
    filed = say("I have chest pain").case
    assert filed is not None and filed.new and filed.level == "emergency"
    case = the_case(filed.number)
    message = Message.objects.get()
    assert (case.level, case.state, case.channel, case.callback) == ("emergency", State.open, "web", "+13035550187")
    assert [alarm.message_id for alarm in case.alarms.all()] == [message.pk]
    assert case.notices.count() == 4 and case.opened_at == message.created_at


def test_sign_keeps_the_place_of_its_words_and_its_message(say: Say) -> None:
    message = say("hello, I have chest pain since noon")
    sign, level, start, end, where = the_case(message.case.number).signs[0]  # type: ignore[union-attr]
    assert (level, where) == ("emergency", message.id)
    assert "chest pain" in message.text[start:end]


def test_temperature_is_kept_in_the_case(say: Say) -> None:
    message = say("my temp is 101.3 F")
    assert the_case(message.case.number).celsius == pytest.approx(38.5)  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["what is NK-92?", "no fever today", "i feel a bit tired", "thanks"])
def test_message_without_alarm_makes_no_case(say: Say, text: str) -> None:
    assert say(text).case is None
    assert not Case.objects.exists()


def test_same_message_again_changes_nothing(say: Say) -> None:
    first = say("i cant breathe", external_id="x")
    again = say("i cant breathe", external_id="x")
    assert again.case is not None and first.case is not None
    assert again.case.number == first.case.number and again.case.new
    assert (Case.objects.count(), Alarm.objects.count(), Step.objects.count()) == (1, 1, 1)


def test_conversation_has_one_open_case_and_the_next_alarm_is_added(say: Say) -> None:
    first, second = say("my temp is 101"), say("i have a rash all over")
    assert second.case is not None and first.case is not None
    assert second.case.number == first.case.number and not second.case.new
    assert {sign[4] for sign in the_case(first.case.number).signs} == {first.id, second.id}


def test_worse_symptom_raises_the_case_and_begins_the_ladder_anew(say: Say) -> None:
    number = say("my temp is 101").case.number  # type: ignore[union-attr]
    say("now i cant breathe")
    case = the_case(number)
    assert (case.level, case.round) == ("emergency", 2)
    waiting = case.notices.filter(state="waiting")
    assert {notice.round for notice in waiting} == {2}
    assert [step.what for step in case.steps.order_by("pk")] == ["opened", "raised"]


@pytest.mark.parametrize("later", ["just kidding", "never mind it passed", "thanks", "my temp is 101", "no chest pain now"])
def test_nothing_that_is_said_later_lowers_a_case(say: Say, later: str) -> None:
    number = say("i have chest pain").case.number  # type: ignore[union-attr]
    say(later)
    case = the_case(number)
    assert (case.level, case.state) == ("emergency", State.open)


def test_new_sign_after_acknowledgement_alarms_anew_and_the_old_one_does_not(say: Say) -> None:
    number = say("i have hives").case.number  # type: ignore[union-attr]
    Case.objects.update(state=State.acknowledged, acknowledged_at=TUESDAY_NOON, acknowledged_by="ann")
    say("still have hives")
    assert the_case(number).state == State.acknowledged
    say("my eyes are yellow")
    case = the_case(number)
    assert (case.state, case.round, case.acknowledged_by) == (State.open, 2, "")


def test_alarm_after_a_closed_case_opens_another(say: Say) -> None:
    number = say("i have hives").case.number  # type: ignore[union-attr]
    Case.objects.update(state=State.closed)
    assert say("i have hives").case.number != number  # type: ignore[union-attr]


def test_two_patients_have_two_cases(say: Say) -> None:
    other = record.open_conversation("web")
    assert say("i cant breathe").case.number != say("i cant breathe", where=other).case.number  # type: ignore[union-attr]


def test_without_its_case_the_message_is_not_stored_either(conversation: str) -> None:
    with patch("escalation.ladder.begin_round", side_effect=DatabaseError), pytest.raises(DatabaseError):
        record.record(Inbound(conversation, "web", "m1", "i cant breathe"))
    assert not Message.objects.exists() and not Case.objects.exists()


def test_every_flagged_message_has_a_case_and_every_case_a_notice(say: Say) -> None:
    for text in ("my temp is 102", "hello", "i fainted", "how long is the infusion", "blood in my vomit"):
        say(text)
    flagged = Message.objects.filter(inbound=True, level__in=["urgent", "emergency"])
    assert flagged.count() == 3 and not flagged.filter(alarm=None).exists()
    assert not Case.objects.filter(notices=None).exists()


def test_wish_for_a_person_is_a_case_of_its_own_level_that_an_alarm_raises(say: Say) -> None:
    message = say("can a nurse call me")
    report = Report(message.id, message.conversation, "request", "person", TUESDAY_NOON)
    filed = file_now(report)
    assert (filed.level, filed.new) == ("request", True)
    assert file_now(report).number == filed.number and Alarm.objects.count() == 1
    assert say("i have chest pain").case.number == filed.number  # type: ignore[union-attr]
    assert the_case(filed.number).level == "emergency"


def test_assistant_may_raise_what_triage_did_not_see_and_never_lower(say: Say) -> None:
    message = say("i have chest pain")
    file_now(Report(message.id, message.conversation, "urgent", "assistant", TUESDAY_NOON))
    assert the_case(message.case.number).level == "emergency"  # type: ignore[union-attr]
    assert Alarm.objects.get().level == "emergency"
    quiet = say("it feels all wrong inside")
    file_now(Report(quiet.id, quiet.conversation, "emergency", "assistant", TUESDAY_NOON))
    assert filed_for(quiet.id) is not None and latest_case(quiet.conversation) is not None
    assert not Notice.objects.exclude(case__level="emergency").exists()
