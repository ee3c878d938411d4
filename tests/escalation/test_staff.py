"""What staff do is recorded, told to the patient, and refused when somebody else was first."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from escalation import staff
from escalation.models import Case, State
from tests.escalation.conftest import Say, the_case
from transcripts.models import Message
from wording import Words


@pytest.fixture
def case(say: Say) -> Case:
    return the_case(say("i have chest pain").case.number)  # type: ignore[union-attr]


def test_patient_is_told_when_a_person_opens_the_case(case: Case, words: Words) -> None:
    acknowledged = staff.acknowledge(case.number, "ann", words)
    told = Message.objects.get(response="utter_case/opened")
    assert acknowledged.state == State.acknowledged and acknowledged.acknowledged_by == "ann"
    assert f"case {case.number}" in told.text and (" AM" in told.text or " PM" in told.text)
    assert (told.inbound, told.reply_to_id, told.seq) == (False, None, 2)


def test_patient_who_wrote_spanish_is_told_in_spanish(say: Say, words: Words) -> None:
    number = say("me duele mucho el pecho y no puedo respirar").case.number  # type: ignore[union-attr]
    staff.acknowledge(number, "ann", words)
    assert Message.objects.filter(response="utter_case/opened_es").exists()


def test_second_nurse_is_told_who_was_first(case: Case, words: Words) -> None:
    staff.acknowledge(case.number, "ann", words)
    with pytest.raises(staff.CaseProblem, match="acknowledged by ann") as refused:
        staff.acknowledge(case.number, "bob", words)
    assert refused.value.code == "taken"
    assert Message.objects.filter(response="utter_case/opened").count() == 1


@pytest.mark.parametrize("outcome", ["", "fine", "OPEN"])
def test_close_needs_a_known_outcome(case: Case, outcome: str) -> None:
    with pytest.raises(staff.CaseProblem) as refused:
        staff.close(case.number, "ann", outcome=outcome)
    assert refused.value.code == "outcome" and the_case(case.number).state == State.open


def test_closed_case_is_neither_closed_nor_acknowledged_again(case: Case, words: Words) -> None:
    staff.close(case.number, "ann", outcome="called", note="spoke to her")
    for deed in (lambda: staff.close(case.number, "bob", outcome="called"), lambda: staff.acknowledge(case.number, "bob", words)):
        with pytest.raises(staff.CaseProblem) as refused:
            deed()
        assert refused.value.code == "closed"
    assert (the_case(case.number).closed_by, the_case(case.number).note) == ("ann", "spoke to her")


def test_unknown_number_is_said(db: None, words: Words) -> None:
    with pytest.raises(staff.CaseProblem, match="no case 999999"):
        staff.acknowledge(999999, "ann", words)


def command(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_commands_list_acknowledge_and_close(case: Case) -> None:
    assert str(case.number) in command("cases", "--open")
    listed = json.loads(command("cases", "--conversation", case.conversation_id, "--json"))
    assert [(one["number"], one["level"], one["state"]) for one in listed] == [(case.number, "emergency", "open")]
    assert "chest" not in command("cases", "--json").replace("chest_pain", "")
    command("acknowledge", str(case.number), "--by", "ann")
    command("close", str(case.number), "--outcome", "called", "--by", "ann")
    assert command("cases", "--open") == "No case.\n"


def test_command_says_what_went_wrong(case: Case) -> None:
    with pytest.raises(CommandError, match="One|outcome"):
        call_command("close", str(case.number), "--outcome", "gone")
    with pytest.raises(CommandError, match="no case 5"):
        call_command("acknowledge", "5")
