from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intake import outcome, record, screening
from intake.inbound import Answer, Inbound, Recorded
from transcripts.models import Conversation, Message, Reason
from wording import Reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation() -> str:
    return record.open_conversation("web")


def say(conversation: str, text: str = "hello", *, external_id: str = "m1", choice: str = "") -> Recorded:
    return record.record(Inbound(conversation, "web", external_id, text, choice))


def answer(message: Recorded, *texts: str, **understanding: object) -> int:
    replies = [Reply(text, buttons=[{"id": "q_1", "title": "More"}]) for text in texts or ("hi",)]
    lines = outcome.store_replies(message, replies, Answer("ok", replies, understanding))
    return len(lines or ())


def test_conversation_ids_cannot_be_guessed_and_travel_to_rasa() -> None:
    ids = {record.open_conversation("web") for _ in range(50)}
    assert len(ids) == 50
    assert all(len(one) == 22 and one.replace("-", "a").replace("_", "a").isalnum() for one in ids)


def test_message_is_stored_with_its_verdict_and_takes_the_free_turn(conversation: str) -> None:
    message = say(conversation, "I have chest pain")
    assert message.mine and message.fresh and message.level == "emergency" and message.opens_session
    stored = Message.objects.get()
    assert (stored.seq, stored.text, stored.answered, stored.inbound) == (1, "I have chest pain", False, True)
    verdict = Reason.objects.get().verdict
    assert verdict["signs"] and all(isinstance(sign[2], int) for sign in verdict["signs"])
    assert "chest" not in json.dumps([sign[1:] for sign in verdict["signs"]])
    kept = Conversation.objects.get()
    assert (kept.turn_of, kept.waiting, kept.last_seq, kept.last_level) == (message.id, 1, 1, "emergency")


def test_same_external_id_is_stored_once(conversation: str) -> None:
    first, again = say(conversation), say(conversation, "other words")
    assert again.id == first.id and again.text == "hello"
    assert not again.fresh and not again.mine
    assert Message.objects.count() == Reason.objects.count() == 1
    assert Conversation.objects.get().waiting == 1


def test_unknown_conversation_is_refused() -> None:
    with pytest.raises(record.NoConversation):
        say("nobody")
    assert Message.objects.count() == 0


def test_turn_goes_to_one_message_at_a_time_in_order(conversation: str) -> None:
    one, two, three = (say(conversation, external_id=name) for name in ("a", "b", "c"))
    assert [one.mine, two.mine, three.mine] == [True, False, False]
    assert record.claim(two.id) is None
    answer(one)
    assert record.claim(three.id) is None, "the second comes before the third"
    second = record.claim(two.id)
    assert second and second.mine and not second.answered
    assert record.claim(three.id) is None
    answer(two)
    assert record.claim(three.id)


def test_new_message_does_not_overtake_one_that_a_crash_left(conversation: str) -> None:
    say(conversation, external_id="left")
    Conversation.objects.update(turn_of=None, turn_until=None)
    assert not say(conversation, external_id="new").mine


def test_claim_of_an_answered_message_says_so(conversation: str) -> None:
    message = say(conversation)
    answer(message)
    found = record.claim(message.id)
    assert found and found.answered and not found.mine


def test_lease_that_ran_out_can_be_taken(conversation: str) -> None:
    message = say(conversation)
    assert record.claim(message.id) is None
    Conversation.objects.update(turn_until=timezone.now() - timedelta(seconds=1))
    assert record.claim(message.id)
    assert record.claim(message.id) is None, "two may not hold it"


def test_message_is_left_behind_when_nobody_holds_its_turn(conversation: str) -> None:
    message = say(conversation)
    assert record.left_behind() == []
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert record.left_behind() == [], "its lease still runs"
    Conversation.objects.update(turn_until=timezone.now() - timedelta(seconds=1))
    assert record.left_behind() == [record.Left(message.id, conversation)]
    answer(message)
    assert record.left_behind() == []


def test_answer_counts_once(conversation: str) -> None:
    message = say(conversation)
    assert answer(message, "one", "two") == 2
    assert answer(message, "late") == 0
    assert list(Message.objects.order_by("seq").values_list("seq", "text")) == [
        (1, "hello"),
        (2, "one"),
        (3, "two"),
    ]
    kept = Conversation.objects.get()
    assert (kept.turn_of, kept.turn_until, kept.waiting, kept.last_seq) == (None, None, 0, 3)


def test_late_answer_of_one_message_leaves_the_turn_of_another(conversation: str) -> None:
    one, two = say(conversation, external_id="a"), say(conversation, external_id="b")
    answer(one)
    record.claim(two.id)
    answer(one)
    assert Conversation.objects.get().turn_of == two.id


def test_why_is_kept_and_cut_to_size(conversation: str) -> None:
    message = say(conversation)
    answer(
        message,
        intent="i" * 200,
        confidence=0.97,
        runner_up="r",
        model="m" * 99,
        spelled="a\x00b",
        also=["x"],
    )
    reason = Reason.objects.get()
    assert (len(reason.intent), reason.confidence, reason.runner_up, len(reason.model)) == (80, 0.97, "r", 64)
    assert (reason.outcome, reason.understanding["also"]) == ("ok", ["x"])
    assert "\x00" not in reason.understanding["spelled"]
    assert reason.took_ms is not None and reason.took_ms >= 0
    assert reason.verdict["level"] == "none", "the verdict of the first transaction is untouched"


def test_first_message_and_one_after_a_day_open_the_talk(conversation: str) -> None:
    assert say(conversation, external_id="a").opens_session
    assert not say(conversation, external_id="b").opens_session
    Conversation.objects.update(last_heard_at=timezone.now() - timedelta(hours=23))
    assert not say(conversation, external_id="c").opens_session
    Conversation.objects.update(last_heard_at=timezone.now() - timedelta(hours=25))
    assert say(conversation, external_id="d").opens_session


def test_triage_that_breaks_keeps_no_message_from_being_stored(
    conversation: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(text: str, **_: object) -> None:
        raise RuntimeError(f"cannot read {text}")

    monkeypatch.setattr(screening, "assess", broken)
    message = say(conversation, "my secret pain")
    assert not message.screened and Message.objects.get().text == "my secret pain"
    assert "triage.failed" in caplog.text and "secret" not in caplog.text


@pytest.mark.parametrize(
    ("text", "suicide"), [("I want to kill myself", True), ("I want to kill myself and I can't breathe", False)]
)
def test_crisis_line_comes_first_only_when_suicide_is_all(conversation: str, text: str, suicide: bool) -> None:
    message = say(conversation, text)
    assert (message.level, message.suicide) == ("emergency", suicide)


def test_second_unusable_temperature_counts_as_urgent(conversation: str) -> None:
    assert say(conversation, "I feel feverish", external_id="a").level == "ask"
    assert say(conversation, "no thermometer here", external_id="b").level == "urgent"


def test_quick_reply_without_words_gets_those_that_were_offered(conversation: str) -> None:
    answer(say(conversation))
    assert say(conversation, " ", external_id="b", choice="q_1").text == "More"
    assert say(conversation, "", external_id="c", choice="q_unknown").text == ""


def test_message_2000_runs_the_statements_of_message_5(conversation: str) -> None:
    def statements(name: str) -> list[str]:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer(say(conversation, external_id=name))
        return [query["sql"].split()[0] for query in captured.captured_queries]

    answer(say(conversation, external_id="first"))  # it opens the session
    early = statements("early")
    for number in range(100):
        answer(say(conversation, external_id=f"n{number}"))
    assert statements("late") == early
    assert len([word for word in early if word in ("INSERT", "UPDATE", "SELECT")]) <= 9


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plan")
def test_earlier_messages_are_found_without_reading_the_conversation(conversation: str) -> None:
    message = say(conversation)
    with CaptureQueriesContext(connection) as captured:
        record.claim(message.id)
    (update,) = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("UPDATE")]
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + update.replace("%", "%%"))
        plan = " ".join(str(row[3]) for row in cursor.fetchall())
    assert "unanswered" in plan and "SCAN" not in plan


def test_only_ids_and_levels_are_logged(conversation: str, caplog: pytest.LogCaptureFixture) -> None:
    answer(say(conversation, "my very private words"))
    assert "private" not in caplog.text
