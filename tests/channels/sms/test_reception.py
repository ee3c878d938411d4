from __future__ import annotations

import pytest

from channels.sms.models import Consent, Delivery
from channels.sms.providers.fake import new_id
from escalation.models import Case
from intake.record import record
from tests.channels.sms.talk import Talk, claimed, conversation, responses
from transcripts.models import Conversation, Message
from wording import Reply

pytestmark = pytest.mark.django_db

LONG = Reply("You may feel tired for a day or two after it. " * 12, response="utter_education/fatigue", source="Side effects")
CHOICES = Reply("Most people feel tired.", buttons=[{"id": "q_1", "title": "How long?"}, {"id": "q_2", "title": "What helps?"}])


@pytest.fixture
def talk() -> Talk:
    return Talk().greeted()


def state() -> str:
    return Conversation.objects.get(id=conversation()).cannot_text


def test_first_text_is_answered_with_who_we_are_and_how_to_stop() -> None:
    first, answer = Talk().say("what is nk-92?")
    assert "automated" in first and "911" in first and "STOP" in first and "HELP" in first and "rates" in first
    assert answer == "An answer."


def test_spanish_first_text_is_answered_in_spanish() -> None:
    assert "ALTO" in Talk().say("¿Qué es el tratamiento con células?")[0]


def test_emergency_words_come_before_who_we_are() -> None:
    texts = Talk().say("I can't breathe")
    assert texts[0].startswith("Call 911 now") and "STOP" not in texts[0]
    assert any("STOP" in text for text in texts[1:])


def test_number_is_kept_for_staff_and_stands_in_no_id(talk: Talk) -> None:
    kept = Conversation.objects.get()
    assert kept.callback == "+13035550171" and "3035550171" not in kept.id and kept.channel == "sms"


def test_same_text_again_is_stored_and_answered_once(talk: Talk) -> None:
    sid = new_id()
    assert talk.say("what is nk-92?", sid=sid) == ["An answer."]
    assert not talk.take("what is nk-92?", sid=sid).fresh
    assert talk.say("other words", sid=sid) == []
    assert Message.objects.filter(inbound=True, external_id=sid).count() == 1


@pytest.mark.parametrize("word", ["STOP", "stop texting me", "Unsubscribe", "ALTO"])
def test_stop_is_confirmed_once_and_nothing_comes_after(talk: Talk, word: str) -> None:
    (confirmed,) = talk.say(word)
    assert "START" in confirmed and "911" in confirmed and "(303) 555-0142" in confirmed
    assert state() == "stopped"
    for text in (word, "STOP", "hello?", "what is nk-92", "1", "more", ""):
        assert talk.say(text) == []
    assert Message.objects.filter(text="hello?").exists(), "staff still read what the patient writes"


def test_stop_in_spanish_is_confirmed_in_spanish(talk: Talk) -> None:
    assert talk.say("ALTO")[0].startswith("No va a recibir")


def test_answers_under_way_are_withheld_after_stop(talk: Talk) -> None:
    asked = talk.take("what is nk-92?")
    (confirmed,) = talk.say("STOP")
    talk.answer(claimed_after_hold(asked.id), Reply("too late"))
    talk.send()
    assert talk.texts() == [confirmed]
    assert Delivery.objects.get(text="too late").state == "withheld"
    talk.say("START")
    assert "too late" not in talk.texts()


def claimed_after_hold(message: int):  # type: ignore[no-untyped-def]
    from intake.record import stored

    Conversation.objects.update(held_until=None)
    return claimed(stored(message))


@pytest.mark.parametrize("word", ["START", "unstop", "YES", "Sí"])
def test_start_opens_again(talk: Talk, word: str) -> None:
    talk.say("STOP")
    back = talk.say(word)
    assert len(back) == 2 and "STOP" in " ".join(back) or "ALTO" in " ".join(back)
    assert state() == ""
    assert talk.say("what is nk-92") == ["An answer."]
    assert list(Consent.objects.values_list("what", "how")) == [("stopped", "keyword"), ("started", "keyword")]


def test_yes_is_an_answer_when_nobody_opted_out(talk: Talk) -> None:
    assert talk.say("yes") == ["An answer."]
    assert talk.say("si") == ["An answer."]


def test_stop_that_is_delivered_again_after_start_changes_nothing(talk: Talk) -> None:
    sid = new_id()
    talk.say("STOP", sid=sid)
    talk.say("START")
    assert talk.say("STOP", sid=sid) == [] and state() == ""


def test_help_gives_name_numbers_and_the_way_out(talk: Talk) -> None:
    (said,) = talk.say("HELP")
    for part in ("NK-92 assistant of Pine Ridge Cancer Center", "(303) 555-0142", "911", "STOP"):
        assert part in said
    assert "ALTO" in talk.say("AYUDA")[0]


def test_cry_for_help_is_an_emergency_and_no_keyword(talk: Talk) -> None:
    assert talk.say("help me I cannot breathe")[0].startswith("Call 911 now")


def test_bleeding_that_must_stop_is_no_wish_to_stop(talk: Talk) -> None:
    talk.say("please stop the bleeding, it will not stop")
    assert state() == "" and Case.objects.count() == 1


def test_emergency_after_stop_makes_a_case_and_gets_the_safety_words_alone(talk: Talk) -> None:
    talk.say("STOP")
    texts = talk.say("I have chest pain")
    assert len(texts) == 1 and texts[0].startswith("Call 911 now")
    case = Case.objects.get()
    assert (case.level, case.conversation.cannot_text, case.callback) == ("emergency", "stopped", "+13035550171")


def test_emergency_after_stop_is_silent_when_the_setting_says_so() -> None:
    talk = Talk(safety_after_stop=False).greeted()
    talk.say("STOP")
    assert talk.say("I have chest pain") == [] and Case.objects.count() == 1


@pytest.mark.parametrize(("word", "kept"), [("stop", "stopped"), ("help", ""), ("start", "")])
def test_what_the_provider_has_answered_is_not_answered_twice(talk: Talk, word: str, kept: str) -> None:
    texts = talk.say(word.upper(), keyword=word)
    assert responses(texts, "You are opted out") + responses(texts, "NK-92 assistant of Pine Ridge Cancer Center. Very") == 0
    assert state() == kept


@pytest.mark.parametrize(
    ("text", "pictures", "says"), [("", 0, "no words"), ("  \n", 0, "no words"), ("", 1, "pictures"), ("very long words " * 130, 0, "too long")]
)
def test_what_cannot_be_answered_gets_a_kind_reply(talk: Talk, text: str, pictures: int, says: str) -> None:
    (said,) = talk.say(text, pictures=pictures)
    assert says in said and "911" in said


def test_long_emergency_is_screened_to_its_end(talk: Talk) -> None:
    assert talk.say("we had a nice day. " * 100 + "now I can't breathe")[0].startswith("Call 911 now")


def test_whole_sentence_is_held_for_less(talk: Talk) -> None:
    def held(text: str) -> float:
        message = talk.take(text)
        assert message.held_until
        return (message.held_until - message.received_at).total_seconds()

    assert (held("what is nk-92"), held("What is NK-92?")) == (4.0, 1.0)


def test_words_with_a_picture_are_answered_and_an_alarm_is_not_delayed_by_a_note(talk: Talk) -> None:
    note, answer = talk.say("is this normal?", pictures=1)
    assert "pictures" in note and answer == "An answer."
    assert talk.say("I can't breathe look", pictures=1)[0].startswith("Call 911 now")


def test_long_answer_offers_more_and_gives_all_of_it(talk: Talk) -> None:
    texts = talk.say("am i going to be tired", LONG)
    while texts[-1].endswith("Text MORE for the rest."):
        texts += talk.say("MORE")
    assert len(texts) >= 2
    whole = " ".join(text.removesuffix("Text MORE for the rest.") for text in texts)
    assert whole.split() == LONG.text.split()


def test_more_without_a_rest_goes_to_the_assistant(talk: Talk) -> None:
    talk.say("hello")
    assert talk.say("more", Reply("More about it.")) == ["More about it."]


def test_quick_replies_are_numbered_and_understood(talk: Talk) -> None:
    (offered,) = talk.say("will i be tired", CHOICES)
    assert "Reply 1 for: How long?\n2 for: What helps?" in offered
    message = talk.take("2.")
    assert (message.choice, message.text) == ("q_2", "What helps?")


def test_number_without_an_offer_stays_a_number(talk: Talk) -> None:
    talk.say("will i be tired", CHOICES)
    assert talk.take("7").choice == ""
    talk.say("ok", Reply("Good."))
    assert talk.take("1").choice == "", "an offer is over when something else was answered"


def test_words_of_a_person_are_sent_whole(talk: Talk) -> None:
    from django.utils import timezone

    from transcripts.later import say_later

    say_later(conversation(), [Reply("A nurse writes this. " * 40)], now=timezone.now())
    talk.send()
    assert " ".join(talk.texts()).split() == ("A nurse writes this. " * 40).split()
    assert len(talk.texts()) == 3


def test_number_that_took_no_texts_and_writes_takes_part_again(talk: Talk) -> None:
    Conversation.objects.update(cannot_text="unreachable")
    assert talk.say("hello again") == ["An answer."] and state() == ""


def test_no_words_and_no_number_in_the_log(talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    talk.say("my private words")
    talk.say("STOP")
    talk.say("private chest pain")
    assert "private" not in caplog.text and "3035550171" not in caplog.text


def test_web_conversations_are_no_texts() -> None:
    from intake.inbound import Inbound
    from intake.record import open_conversation

    talk = Talk()
    talk.answer(record(Inbound(open_conversation("web"), "web", "m1", "hello")))
    talk.send()
    assert talk.texts() == []
