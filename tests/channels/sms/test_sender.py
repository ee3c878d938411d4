from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.sms import deliveries
from channels.sms.models import Delivery
from channels.sms.planning import Planner
from channels.sms.providers.interface import NotSent, Status
from channels.sms.sender import Sender
from tests.channels.sms.talk import MARIA, Talk, conversation
from transcripts.models import Conversation, Message
from wording import Reply

pytestmark = pytest.mark.django_db
SAM = "+13035550172"


@pytest.fixture
def talk() -> Talk:
    return Talk().greeted()


def due_now() -> None:
    Delivery.objects.update(due_at=timezone.now())


def test_replies_go_out_in_order_and_once(talk: Talk) -> None:
    for number in range(5):
        talk.say(f"question {number}", Reply(f"one {number}"), Reply(f"two {number}"))
    talk.send()
    assert talk.texts() == [f"{word} {number}" for number in range(5) for word in ("one", "two")]


def test_second_sender_sends_nothing_again(talk: Talk) -> None:
    talk.say("hello")
    again = Sender(talk.provider, talk.words, talk.texting)
    assert again.round([]) == 0 and len(talk.texts()) == 1


def test_trouble_is_tried_again_under_the_same_key_and_later_replies_wait(talk: Talk) -> None:
    talk.provider.troubles = [NotSent("429")]
    assert talk.say("one", Reply("first"), Reply("second")) == []
    waiting = Delivery.objects.filter(state="waiting").order_by("place")
    assert [(one.text, one.attempts, one.error) for one in waiting] == [("first", 1, "429"), ("second", 0, "")]
    due_now()
    talk.send()
    assert talk.texts() == ["first", "second"]
    assert talk.provider.tries[0].key == talk.provider.tries[1].key


def test_one_patients_trouble_delays_no_other(talk: Talk) -> None:
    talk.provider.troubles = [NotSent("503", unsure=True)]
    talk.say("hello")
    assert "An answer." in talk.say("hello", number=SAM)


def test_hopeless_text_is_given_up_and_the_next_one_goes(talk: Talk) -> None:
    talk.provider.troubles = [NotSent("30007", permanent=True)]
    assert talk.say("one", Reply("first"), Reply("second")) == ["second"]
    assert Delivery.objects.get(text="first").state == "failed"


def test_trouble_without_end_is_given_up_after_a_while(talk: Talk) -> None:
    talk.provider.troubles = [NotSent("429")] * deliveries.MOST_ATTEMPTS
    talk.say("hello")
    for _ in range(deliveries.MOST_ATTEMPTS):
        due_now()
        talk.send()
    given_up = Delivery.objects.get(text="An answer.")
    assert (given_up.state, given_up.attempts) == ("failed", deliveries.MOST_ATTEMPTS)


@pytest.mark.parametrize(("code", "flag"), [("21610", "blocked"), ("21614", "unreachable"), ("21211", "unreachable")])
def test_number_that_takes_no_texts_is_shown_to_staff(talk: Talk, code: str, flag: str) -> None:
    talk.provider.troubles = [NotSent(code, permanent=True)]
    talk.say("hello")
    assert Conversation.objects.get().cannot_text == flag


def test_opt_out_at_the_provider_keeps_later_replies_back_until_start(talk: Talk) -> None:
    talk.provider.troubles = [NotSent("21610", permanent=True)]
    assert talk.say("one", Reply("first"), Reply("second")) == []
    assert Delivery.objects.get(text="second").state == "withheld"
    talk.say("START")
    assert talk.say("two") == ["An answer."]


def test_crash_between_the_providers_yes_and_our_record_sends_nothing_twice(talk: Talk) -> None:
    """The lease runs out; the provider is asked for the text before it is sent again."""
    message = talk.take("hello")
    talk.answer(message, Reply("An answer."))
    Planner(talk.words).plan(Planner(talk.words).unplanned(), timezone.now())
    (taken,) = deliveries.take(timezone.now(), most=8, safety_after_stop=True)
    talk.provider.found[taken.key] = "SM" + "a" * 32  # it went out, and then the sender died
    assert deliveries.take(timezone.now(), most=8, safety_after_stop=True) == []
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    talk.send()
    assert talk.provider.tries == []
    sent = Delivery.objects.get(pk=taken.pk)
    assert (sent.state, sent.provider_id, sent.attempts) == ("sent", "SM" + "a" * 32, 2)


def test_text_that_the_provider_does_not_know_is_sent_again_after_a_crash(talk: Talk) -> None:
    talk.answer(talk.take("hello"), Reply("An answer."))
    Planner(talk.words).plan(Planner(talk.words).unplanned(), timezone.now())
    deliveries.take(timezone.now(), most=8, safety_after_stop=True)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    talk.send()
    assert talk.texts() == ["An answer."]


def test_reply_of_yesterday_is_not_sent(talk: Talk) -> None:
    talk.answer(talk.take("hello"), Reply("An answer."))
    Message.objects.update(created_at=timezone.now() - timedelta(hours=13))
    talk.send()
    assert talk.texts() == [] and Delivery.objects.get(text="An answer.").state == "expired"


def test_status_is_noted_and_an_older_one_changes_nothing(talk: Talk) -> None:
    talk.say("hello")
    sent = Delivery.objects.get(text="An answer.")
    now = timezone.now()
    assert deliveries.note_status(Status(sent.key, sent.provider_id, "delivered"), now)
    assert deliveries.note_status(Status(sent.key, sent.provider_id, "sent"), now)
    sent.refresh_from_db()
    assert (sent.state, sent.provider_state) == ("delivered", "delivered")


def test_status_of_a_text_that_is_not_ours_changes_nothing(talk: Talk) -> None:
    talk.say("hello")
    sent = Delivery.objects.get(text="An answer.")
    assert not deliveries.note_status(Status("99999-0", "SM" + "b" * 32, "failed"), timezone.now())
    assert not deliveries.note_status(Status(sent.key, "SM" + "b" * 32, "failed"), timezone.now())
    sent.refresh_from_db()
    assert sent.state == "sent"


@pytest.mark.parametrize(("code", "flag"), [("21610", "blocked"), ("30006", "unreachable"), ("30003", "")])
def test_undelivered_text_flags_a_number_that_takes_none(talk: Talk, code: str, flag: str) -> None:
    talk.say("hello")
    sent = Delivery.objects.get(text="An answer.")
    deliveries.note_status(Status(sent.key, sent.provider_id, "undelivered", code), timezone.now())
    sent.refresh_from_db()
    assert (sent.state, sent.error) == ("failed", code)
    assert Conversation.objects.get(id=conversation(MARIA)).cannot_text == flag


def test_status_that_comes_before_our_own_record_is_kept(talk: Talk) -> None:
    talk.answer(talk.take("hello"), Reply("An answer."))
    Planner(talk.words).plan(Planner(talk.words).unplanned(), timezone.now())
    (taken,) = deliveries.take(timezone.now(), most=8, safety_after_stop=True)
    deliveries.note_status(Status(taken.key, "SM" + "c" * 32, "delivered"), timezone.now())
    deliveries.write_down(deliveries.Tried(taken, timezone.now(), provider_id="SM" + "c" * 32))
    assert Delivery.objects.get(pk=taken.pk).state == "delivered"
