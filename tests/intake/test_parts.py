from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from escalation.models import Case
from intake import outcome, record
from intake.inbound import Answer, Inbound, Recorded
from transcripts.models import Conversation, Message, Reason
from wording import Reply

pytestmark = pytest.mark.django_db
HOLD = 4.0


@pytest.fixture
def conversation() -> str:
    return record.open_conversation("sms", number="sms_abc", callback="+13035550171")


def say(conversation: str, text: str, *, hold: float = HOLD, choice: str = "") -> Recorded:
    return record.record(Inbound(conversation, "sms", f"m{Message.objects.count()}", text, choice, hold, HOLD if hold else 0.0))


def later(seconds: float = HOLD + 1) -> None:
    """Time passes for what is stored."""
    Conversation.objects.exclude(held_until=None).update(held_until=timezone.now() - timedelta(seconds=seconds - HOLD))


def test_text_is_held_for_its_second_half(conversation: str) -> None:
    first = say(conversation, "my temp is")
    assert first.held_until and not first.mine
    assert record.claim(first.id) is None
    later()
    assert record.claim(first.id)


def test_two_halves_are_one_question_at_the_level_of_both(conversation: str) -> None:
    first, second = say(conversation, "I have chest"), say(conversation, "pain")
    assert (first.level, second.level) == ("none", "emergency")
    assert second.held_until is None and second.case, "an emergency waits for nothing, and its case is made at once"
    whole = record.claim(first.id)
    assert whole and (whole.id, whole.text, whole.level, whole.earlier) == (second.id, "I have chest pain", "emergency", (first.id,))
    assert Conversation.objects.get().turn_of == second.id
    lines = outcome.store_replies(whole, [Reply("Call 911")], Answer("ok"))
    assert lines is not None
    kept = Conversation.objects.get()
    assert (kept.waiting, kept.turn_of) == (0, None)
    found = record.claim(second.id)
    assert found and found.answered, "the second half has no answer of its own to come"


def test_evidence_stands_at_its_place_in_the_second_half(conversation: str) -> None:
    say(conversation, "I have chest")
    second = say(conversation, "pain now")
    (sign,) = Reason.objects.get(message_id=second.id).verdict["signs"]
    assert sign[0] == "chest_pain" and (sign[2], sign[3]) == (0, 4)
    assert Case.objects.get().signs[0][4] == second.id


def test_together_never_lowers_what_each_says(conversation: str) -> None:
    first = say(conversation, "what if I get a fever?")
    second = say(conversation, "I have chest pain")
    whole = record.claim(first.id)
    assert whole and second.level == whole.level == "emergency"


def test_fever_in_the_first_half_and_no_number_in_the_second_is_asked_once(conversation: str) -> None:
    first = say(conversation, "I have a fever")
    second = say(conversation, "since this morning")
    assert first.level == "ask" and second.level != "urgent", "the patient has not read our question yet"
    later()
    whole = record.claim(first.id)
    assert whole and whole.level == "ask"


def test_what_comes_late_is_a_thought_of_its_own(conversation: str) -> None:
    first = say(conversation, "my temp is")
    Message.objects.update(created_at=timezone.now() - timedelta(seconds=HOLD + 2))
    second = say(conversation, "what is nk-92")
    later()
    whole = record.claim(first.id)
    assert whole and whole.earlier == () and whole.id == first.id
    outcome.store_replies(whole, [Reply("?")], Answer("ok"))
    assert record.claim(second.id)


def test_quick_reply_is_whole_and_ends_the_hold(conversation: str) -> None:
    first = say(conversation, "hmm")
    choice = say(conversation, "", choice="q_1", hold=0)
    whole = record.claim(first.id)
    assert whole and whole.earlier == () and choice.held_until is None


def test_three_parts_are_one(conversation: str) -> None:
    ids = [say(conversation, text).id for text in ("can", "it cause", "a rash?")]
    later()
    whole = record.claim(ids[0])
    assert whole and whole.text == "can it cause a rash?" and whole.earlier == tuple(ids[:2])
    outcome.store_replies(whole, [Reply("It can.")], Answer("ok"))
    assert not Message.objects.filter(answered=False, inbound=True).exists()


def test_held_text_that_a_crash_left_is_found_after_its_hold(conversation: str) -> None:
    first = say(conversation, "my temp is")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert record.left_behind() == []
    later()
    assert [one.id for one in record.left_behind()] == [first.id]


def test_web_messages_are_held_for_nothing() -> None:
    message = record.record(Inbound(record.open_conversation("web"), "web", "m1", "my temp is"))
    assert message.held_until is None and message.mine
