"""Finding and reading conversations, writing to patients, notes; and what hostile words do there: nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from console import find
from console.find import Filters
from console.models import AuditEntry, Flag, Note, Reviewed
from console.transcript import pieces
from escalation.models import Case
from intake import outcome
from intake.inbound import Answer, Recorded
from tests.console.conftest import Say, SignedIn
from transcripts import search
from transcripts.models import Conversation, Message
from wording import Reply

pytestmark = pytest.mark.django_db
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</p></li><a href=javascript:alert(1)>x</a>",
    "{{ 7*7 }}{% load static %}",
    "\u202egnikool ton\u202c",
    "' OR 1=1 --",
)


def answered(message: Recorded, intent: str = "education/fatigue", confidence: float = 0.97, text: str = "An answer.") -> None:
    understanding = {"intent": intent, "confidence": confidence, "runner_up": "education/chills", "runner_up_confidence": 0.02, "model": "m1"}
    outcome.store_replies(message, [Reply(text, response=f"utter_{intent}", facts=("fatigue",))], Answer("ok", [], understanding))


def found(**filters: str) -> list[str]:
    return [one.conversation.pk for one in find.page(Filters(**filters)).found]


@pytest.fixture
def three(say: Say) -> list[str]:
    """One understood on the web, one not understood by text, one alarm in Spanish."""
    first, second = say("will I be tired afterwards"), say("wat abt the thingy", channel="sms")
    answered(first)
    answered(second, "nlu_fallback", 0.2)
    third = say("tengo fiebre de 39 grados")
    answered(third, "outside/clinic/address", 0.8)
    return [first.conversation, second.conversation, third.conversation]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [2, 1, 0]),
        ({"channel": "sms"}, [1]),
        ({"language": "es"}, [2]),
        ({"level": "urgent"}, [2]),
        ({"level": "emergency"}, []),
        ({"answered": "unknown"}, [1]),
        ({"answered": "refused"}, [2]),
        ({"answered": "unsure"}, [1]),
        ({"answered": "understood"}, [2, 0]),
        ({"subject": "education/fatigue"}, [0]),
        ({"q": "TIRED"}, [0]),
        ({"q": "tired channel", "channel": "web"}, []),
        ({"q": "thing"}, [1]),
        ({"q": "fiebre", "language": "en"}, []),
        ({"since": "2999-01-01"}, []),
        ({"since": "not a date"}, [2, 1, 0]),
        ({"q": "tired", "until": "2000-01-01"}, []),
        ({"reviewed": "yes"}, []),
        ({"q": "tired", "reviewed": "no"}, [0]),
    ],
)
def test_filters_find_what_they_say(three: list[str], filters: dict[str, str], expected: list[int]) -> None:
    assert found(**filters) == [three[place] for place in expected]


def test_reviewed_conversation_comes_back_when_something_new_was_said(three: list[str], nurse: Client, say: Say) -> None:
    nurse.post(f"/console/conversations/{three[0]}/reviewed")
    assert found(reviewed="yes") == [three[0]] and three[0] not in found(reviewed="no")
    say("one more thing", conversation=three[0])
    assert found(reviewed="yes") == []
    nurse.post(f"/console/conversations/{three[0]}/reviewed", {"mark": "no"})
    assert not Reviewed.objects.exists()


def test_pages_follow_each_other_without_gap_or_repetition(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "PAGE", 3)
    monkeypatch.setattr(find, "CHUNK", 2)
    everyone = [say("I am so tired").conversation for _ in range(8)]
    for filters in (Filters(), Filters(q="tired"), Filters(q="tired", channel="web")):
        seen: list[str] = []
        start = ""
        for _ in range(9):
            page = find.page(filters, start)
            seen += [one.conversation.pk for one in page.found]
            start = page.next
            if not start:
                break
        assert seen == everyone[::-1]


@pytest.mark.parametrize("query", ['"', "*", "a OR b", "NEAR(", "-", "'; DROP TABLE x;--", "col:tired", "\x00", "(" * 50, "🙂", "ti*"])
def test_search_takes_nothing_as_syntax(say: Say, query: str) -> None:
    say("tired")
    search.find(query)


def test_deleted_words_are_not_found_any_more(say: Say) -> None:
    message = say("unmistakable words")
    assert search.find("unmistakable") == [message.id]
    Conversation.objects.get(pk=message.conversation).delete()
    assert search.find("unmistakable") == []


def test_answers_of_the_assistant_are_not_searched_and_words_of_staff_are(say: Say, nurse: Client) -> None:
    message = say("hello")
    answered(message, text="zebra")
    nurse.post(f"/console/conversations/{message.conversation}/write", {"text": "okapi"})
    assert search.find("zebra") == [] and len(search.find("okapi")) == 1


def test_page_shows_the_reasons_beside_each_message(say: Say, nurse: Client) -> None:
    message = say("no chills, but my temp is 101.9 and I have a rash")
    answered(message)
    page = nurse.get(f"/console/conversations/{message.conversation}").content.decode()
    for said in ("education/fatigue 97%", "education/chills 2%", "denied", '<mark class="sign"', "101.9 °F / 38.8 °C", "<dd>education/fatigue</dd>", "m1"):
        assert said in page, said


def test_spans_cut_the_text_exactly_whatever_they_overlap() -> None:
    text = "chest pain & chills"
    verdict = {"signs": [["chest_pain", "emergency", 0, 10], ["pain", "urgent", 6, 10]], "discounted": [["chills", "denied", 13, 19]]}
    cut = pieces(text, verdict)
    assert "".join(piece.text for piece in cut) == text
    assert [(piece.text, piece.kind) for piece in cut if piece.kind] == [("chest pain", "sign"), ("chills", "discounted")]
    assert [piece.text for piece in pieces("abc", {"signs": [["x", "urgent", 2, 99], ["y", "urgent", -5, 1]]})] != []
    assert pieces("", {}) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_as_words(say: Say, nurse: Client, words: str) -> None:
    message = say(f"{words} I have chest pain")
    answered(message, "nlu_fallback", 0.1)
    nurse.post(f"/console/conversations/{message.conversation}/note", {"text": words})
    nurse.post(f"/console/conversations/{message.conversation}/write", {"text": words})
    number = Case.objects.get().number
    places = ("/console/queue", f"/console/cases/{number}", "/console/conversations?q=chest", "/console/review", f"/console/conversations?q={words}")
    for where in places:
        page = nurse.get(where).content.decode()
        for live in ("<script>alert", "<img src=x", "<a href=javascript"):
            assert live not in page, where
    assert Note.objects.get().text == words


def test_words_of_a_nurse_reach_the_patient_and_quiet_the_assistant(say: Say, nurse: Client, signed_in: SignedIn) -> None:
    message = say("can somebody call me")
    where = f"/console/conversations/{message.conversation}"
    assert nurse.post(f"{where}/write", {"text": "  "}).status_code == 422
    assert nurse.post(f"{where}/write", {"text": "We call you at 3."}).status_code == 302
    page = nurse.get(where).content.decode()
    assert "We call you at 3." in page and "You are writing" in page
    ben = signed_in("nurse", "ben")
    refused = ben.post(f"{where}/write", {"text": "Hello there, I am Ben"})
    assert refused.status_code == 409 and "ann is writing" in refused.content.decode() and "I am Ben" in refused.content.decode()
    assert ben.post(f"{where}/take", follow=True).content.decode().count("ann is writing")
    nurse.post(f"{where}/hand-back")
    assert ben.post(f"{where}/write", {"text": "Hello"}).status_code == 302
    assert list(Message.objects.exclude(author="").values_list("author", flat=True)) == ["ann", "ben"]


def test_live_part_gives_only_what_is_new(say: Say, nurse: Client) -> None:
    message = say("hello")
    where = f"/console/conversations/{message.conversation}/live"
    assert nurse.get(f"{where}?after=1").status_code == 204
    say("is anybody there", conversation=message.conversation)
    new = nurse.get(f"{where}?after=1").content.decode()
    assert "is anybody there" in new and "after=2" in new and "hello" not in new
    assert nurse.get(f"{where}?after=x").status_code == 404


def test_flag_comes_and_goes(say: Say, nurse: Client) -> None:
    message = say("odd answer")
    nurse.post(f"/console/messages/{message.id}/flag")
    assert Flag.objects.get().who == "ann"
    nurse.post(f"/console/messages/{message.id}/flag")
    assert not Flag.objects.exists()
    assert AuditEntry.objects.filter(about=f"message {message.id}").count() == 2


def test_long_conversation_is_read_in_parts(say: Say, nurse: Client) -> None:
    conversation = say("first words").conversation
    rows = [Message(conversation_id=conversation, seq=n, inbound=True, text=f"line {n}", created_at=timezone.now()) for n in range(2, 230)]
    Message.objects.bulk_create(rows)
    page = nurse.get(f"/console/conversations/{conversation}").content.decode()
    assert "line 229" in page and "first words" not in page and "?before=30" in page
    assert "first words" in nurse.get(f"/console/conversations/{conversation}?before=30").content.decode()


def test_conversation_page_costs_the_same_number_of_queries_whatever_its_length(say: Say, nurse: Client) -> None:
    from django.test.utils import CaptureQueriesContext

    message = say("I have chest pain")
    nurse.get(f"/console/conversations/{message.conversation}")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            nurse.get(f"/console/conversations/{message.conversation}")
        counts.append(len(asked))
        for n in range(10):
            say(f"and more {n}", conversation=message.conversation)
    assert counts[0] == counts[1] <= 32


def test_times_in_the_list_are_the_clinics(say: Say) -> None:
    from console.templatetags.console_words import ago, left

    now = timezone.now()
    assert ago(now - timedelta(minutes=75), now) == "1 h 15 min" and ago(now - timedelta(days=2, hours=3), now) == "2 d 3 h"
    assert left(now - timedelta(seconds=1), now) == "now" and left(now + timedelta(seconds=61), now) == "in 2 min"
