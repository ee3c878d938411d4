"""A sign that may be no more than named: no case while the assistant hears nothing, a case when nobody could read the message."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.utils import timezone

from clinic import load
from escalation.models import Case
from intake import record
from intake.care import with_care
from intake.front_desk import LED, FrontDesk
from intake.inbound import Answer, Inbound, Recorded
from intake.settle import settle
from intake.understood import report_of
from transcripts.models import Reason
from wording import Reply, Words

ROOT = Path(__file__).resolve().parents[2]
WORDS = Words.load(ROOT / "data", load(ROOT / "clinic.yml"))
NAMED = "seizure risk?"
EDUCATION = Reply("Seizures were not seen.", response="utter_education/serious")
CALM = Answer("ok", [EDUCATION], {"intent": "education/serious", "level": "none"})
HEARD = Answer("ok", [Reply("Call 911 now.", "emergency", "utter_report/emergency")], {"intent": "report/emergency", "level": "emergency"})

pytestmark = pytest.mark.django_db


def say(text: str = NAMED) -> Recorded:
    return record.record(Inbound(record.open_conversation("web"), "web", "m1", text))


def test_message_is_stored_with_what_is_suspected_and_no_case() -> None:
    message = say()
    assert (message.level, message.suspected, message.case) == ("none", "emergency", None)
    assert message.named == [["seizure", "emergency", 0, 7]]
    assert ["seizure", "named", 0, 7] in Reason.objects.get().verdict["discounted"]
    assert record.stored(message.id).suspected == "emergency", "a message taken up after a crash still knows it"


def test_assistant_that_hears_nothing_makes_no_case_and_the_patient_reads_whom_to_call_if_it_is_there() -> None:
    message = say()
    assert report_of(message, CALM) is None
    said = with_care(message, CALM.replies, WORDS, now=timezone.now())
    keys = [reply.response for reply in said]
    assert keys.index("utter_unknown/if_now_emergency") < keys.index("utter_education/serious")
    assert "911" in said[keys.index("utter_unknown/if_now_emergency")].text


def test_assistant_that_hears_an_alarm_makes_the_case_with_the_signs_that_were_named() -> None:
    message = say()
    report = report_of(message, HEARD)
    assert report and (report.level, report.source, report.signs) == ("emergency", "assistant", message.named)


@pytest.mark.parametrize("answer", [Answer("silent"), Answer("late"), Answer("unreachable"), LED])
def test_message_that_nobody_could_read_makes_a_case(answer: Answer) -> None:
    message = say()
    report = report_of(message, answer)
    assert report and (report.level, report.source, report.signs) == ("emergency", "triage", message.named)


def test_text_that_the_channel_answers_itself_counts_at_once() -> None:
    conversation = record.open_conversation("sms", number="sms_x")
    message = settle(Inbound(conversation, "sms", "m1", NAMED), lambda _: [])
    assert message.level == "emergency" and message.case is not None
    assert record.screen(NAMED, conversation=conversation).level.word == "emergency"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("answer", "level"), [(CALM, None), (HEARD, "emergency"), (Answer("late"), "emergency")])
def test_desk_files_the_case_when_it_must(answer: Answer, level: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = record.open_conversation("web")

    async def exchange() -> Mapping[str, object]:
        desk = FrontDesk(_Given(answer), WORDS, patience=5)  # type: ignore[arg-type]  # stands in for Rasa
        try:
            found = await desk.receive(Inbound(conversation, "web", "m1", NAMED))
            return {"first": [line.level for line in found.replies]}
        finally:
            await desk.stop()

    said = asyncio.run(exchange())
    assert ("emergency" in str(said["first"])) == (level is not None)
    assert Reason.objects.get().set_aside == (level is None), "nurses review what was not taken as had"
    assert [case.level for case in Case.objects.all()] == ([level] if level else [])


class _Given:
    """Stands in for Rasa: gives one answer."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def answer(self, message: Recorded, *, seconds: float) -> Answer:
        return self._answer

    async def close(self) -> None:
        """Nothing is open."""
