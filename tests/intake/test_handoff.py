"""A person writes, the bot keeps quiet, triage does not; and the bot comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from escalation.models import Case
from intake import handoff, record
from intake.ask import Rasa
from intake.care import with_care
from intake.front_desk import FrontDesk
from intake.inbound import Inbound, Recorded
from tests.intake.messages import recorded
from transcripts.models import Conversation, Message
from wording import Words

WORDS = Words.load(settings.WORDS, settings.CLINIC)
NOW = timezone.now()


@pytest.fixture
def conversation(db: None) -> str:
    return record.open_conversation("web")


def say(conversation: str, text: str, name: str = "m1") -> Recorded:
    return record.record(Inbound(conversation, "web", name, text))


def told(conversation: str) -> list[tuple[str, str]]:
    return list(Message.objects.filter(conversation=conversation, inbound=False).order_by("seq").values_list("response", "author"))


def test_words_of_a_person_reach_the_conversation_after_the_patient_was_told_who_writes(conversation: str) -> None:
    handoff.write(conversation, "ann", "Please call us on line 2.", WORDS)
    handoff.write(conversation, "ann", "Are you there?", WORDS)
    assert told(conversation) == [("utter_case/writing", ""), ("staff", "ann"), ("staff", "ann")]
    led = Conversation.objects.get()
    assert led.led_by == "ann" and led.led_until and led.led_until > timezone.now() + timedelta(minutes=9)


def test_only_one_person_writes_at_a_time(conversation: str) -> None:
    handoff.take(conversation, "ann", WORDS)
    with pytest.raises(handoff.InOtherHands) as problem:
        handoff.write(conversation, "ben", "hello", WORDS)
    assert problem.value.who == "ann"
    assert told(conversation) == [("utter_case/writing", "")]


def test_message_during_a_handoff_is_led_and_still_screened(conversation: str) -> None:
    handoff.take(conversation, "ann", WORDS)
    plain, alarm = say(conversation, "what is nk-92"), say(conversation, "now I have chest pain", "m2")
    assert plain.led and plain.case is None
    assert alarm.led and alarm.level == "emergency" and alarm.case is not None
    assert Case.objects.get().level == "emergency"


def test_bot_says_nothing_of_its_own_while_a_person_writes() -> None:
    assert with_care(recorded(led=True, opens_session=True), [], WORDS, now=NOW) == []


def test_safety_words_come_while_a_person_writes() -> None:
    said = with_care(recorded(led=True, level="emergency"), [], WORDS, now=NOW)
    assert [reply.response for reply in said] == ["utter_report/emergency"]


def test_failed_triage_falls_towards_care_while_a_person_writes() -> None:
    said = with_care(recorded(led=True, screened=False), [], WORDS, now=NOW)
    assert [reply.response for reply in said] == ["utter_unknown/if_urgent"]


@pytest.mark.django_db(transaction=True)
async def test_rasa_is_not_asked_while_a_person_writes() -> None:
    class Deaf(Rasa):
        async def answer(self, message: Recorded, *, seconds: float) -> object:  # type: ignore[override]
            raise AssertionError("asked")

    desk = FrontDesk(Deaf("http://127.0.0.1:1", "none"), WORDS, patience=1)
    conversation = await desk.in_database(record.open_conversation, "web")
    await desk.in_database(handoff.take, conversation, "ann", WORDS)
    quiet = await desk.receive(Inbound(conversation, "web", "a", "how long does it take"))
    loud = await desk.receive(Inbound(conversation, "web", "b", "I can't breathe"))
    again = await desk.receive(Inbound(conversation, "web", "a", "how long does it take"))
    assert list(quiet.replies) == [] == list(again.replies)
    assert loud.replies[0].response == "utter_report/emergency" and any(line.response == "utter_case/saved" for line in loud.replies)
    await desk.stop()


def test_handing_back_lets_the_bot_speak_and_tells_the_patient_once(conversation: str) -> None:
    handoff.take(conversation, "ann", WORDS)
    assert handoff.hand_back(conversation, WORDS) and not handoff.hand_back(conversation, WORDS)
    assert [response for response, _ in told(conversation)] == ["utter_case/writing", "utter_case/written"]
    assert not say(conversation, "hello").led


def silent(conversation: str) -> None:
    Conversation.objects.filter(pk=conversation).update(led_until=timezone.now() - timedelta(seconds=1))


def test_person_who_falls_silent_gives_the_conversation_back(conversation: str) -> None:
    handoff.take(conversation, "ann", WORDS)
    assert handoff.end_overdue(WORDS) == 0
    silent(conversation)
    assert handoff.end_overdue(WORDS) == 1 and handoff.end_overdue(WORDS) == 0
    assert told(conversation)[-1][0] == "utter_case/left"
    assert Case.objects.count() == 0


def test_message_that_the_silent_person_did_not_answer_becomes_a_case(conversation: str) -> None:
    handoff.take(conversation, "ann", WORDS)
    say(conversation, "are you still there?")
    silent(conversation)
    handoff.end_overdue(WORDS)
    case = Case.objects.get()
    assert case.level == "request" and told(conversation)[-1][0] == "utter_case/left_unheard"
    assert str(case.number) in Message.objects.filter(response="utter_case/left_unheard").get().text
