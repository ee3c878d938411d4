"""What leaves the record: CSV, FHIR, verdicts as lessons; and what is deleted."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle
from pytest_django import Settings

from console import erasure, grouping, lessons
from console.models import AuditEntry, Hold, Judgement, Opinion, Tombstone
from console.scrub import scrub
from console.tabular import cell
from escalation import staff
from escalation.models import Case
from tests.console.conftest import Say, SignedIn
from tests.console.test_conversations import answered
from transcripts.models import Conversation, Message

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "＝1", "\x00=1"])
def test_cell_that_a_spreadsheet_would_obey_is_quoted(value: str) -> None:
    assert cell(value).startswith("'")


def test_csv_of_cases_reads_back_and_holds_no_telephone_number(case: Case, signed_in: SignedIn) -> None:
    staff.close(case.number, "=cmd|' /C calc'!A0", outcome="called", note='=HYPERLINK("http://x")\nsecond, line')
    text = signed_in("coordinator").get("/console/cases.csv").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0]["case"] == str(case.number) and rows[0]["note"].startswith("'=") and rows[0]["closed by"].startswith("'=")
    assert "5550187" not in text and "102.5" not in text
    assert AuditEntry.objects.filter(what="exported cases").exists()


def test_case_as_fhir_is_valid_and_whole(case: Case, nurse: Client) -> None:
    answer = nurse.get(f"/console/cases/{case.number}/fhir")
    assert answer["Content-Type"].startswith("application/fhir+json")
    bundle = json.loads(answer.content)
    Bundle.model_validate(bundle)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert sorted(kinds) == ["Communication", "Flag", "Observation", "Task"]
    observation = next(entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Observation")
    assert observation["code"]["coding"][0]["code"] == "8310-5"
    assert float(observation["valueQuantity"]["value"]) == 39.2 and observation["valueQuantity"]["code"] == "Cel"


def test_closed_case_as_fhir_is_valid(case: Case, nurse: Client) -> None:
    staff.acknowledge(case.number, "ann", _words())
    staff.close(case.number, "ann", outcome="called", note="Spoke with her.")
    Bundle.model_validate(json.loads(nurse.get(f"/console/cases/{case.number}/fhir").content))


def _words() -> object:
    from intake.front_desk import desk

    return desk().words


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("My name is Maria Lopez and I am tired", "My name is NAME and I am tired"),
        ("this is John, temp 101.5", "this is NAME, temp 101.5"),
        ("me llamo Ana", "me llamo NAME"),
        ("Dr. Patel told me 39 is fine", "Dr. NAME told me 39 is fine"),
        ("call me at (303) 555-0187 pls", "call me at NUMBER pls"),
        ("infused on 11/03/2026, chart 8847123", "infused on DATE, chart NUMBER"),
        ("since March 3rd I have 4 pills", "since DATE I have NUMBER pills"),
        ("el 3 de marzo", "el DATE"),
        ("mail me: a.b@example.org", "mail me: CONTACT"),
        ("my sister Joanna drove me", "my sister NAME drove me"),
        ("this is bad, can I take Tylenol", "this is bad, can I take Tylenol"),
        ("what is NK-92", "what is NK-92"),
        ("38,5 de fiebre", "38,5 de fiebre"),
    ],
)
def test_words_are_scrubbed_of_who_said_them(said: str, kept: str) -> None:
    assert scrub(said) == kept


def test_like_messages_stand_together(say: Say) -> None:
    for text in ("can i bring my dog", "can I bring my dog?", "my dog can i bring", "where do I park"):
        answered(say(text), "nlu_fallback", 0.2)
    assert sorted(len(group.messages) for group in grouping.groups("unknown")) == [1, 3]


def test_symptom_that_was_taken_as_merely_named_waits_for_a_nurse(say: Say, nurse: Client) -> None:
    answered(say("seizure risk?"), "education/serious", 0.9)
    answered(say("will I be tired"), "education/fatigue", 0.9)
    assert [group.first.text for group in grouping.groups("named")] == ["seizure risk?"]
    assert "seizure risk?" in nurse.get("/console/review?kind=named").content.decode()


def test_verdicts_become_phrasings_and_cases(say: Say, signed_in: SignedIn) -> None:
    told = {
        "i am bob and wiped out since 11/03/2026": ("wrong", "education/side_effects/fatigue"),
        "so tired": ("right", ""),
        "my heart does flip flops": ("urgent", ""),
        "this chest of drawers is a pain": ("not_urgent", ""),
        "can I fly a kite": ("new", ""),
    }
    from console.subjects import subjects

    subject = next(one for one in subjects() if "fatigue" in one)
    coordinator = signed_in("coordinator")
    for text, (judgement, wanted) in told.items():
        message = say(text)
        answered(message, "nlu_fallback" if judgement == "new" else "education/chills", 0.4)
        form = {"messages": str(message.id), "judgement": judgement, "subject": subject if wanted else "", "kind": "unsure"}
        assert coordinator.post("/console/review/judge", form).status_code == 302
    assert Opinion.objects.count() == 5
    phrasings = yaml.safe_load(coordinator.get("/console/review/verdicts.yml?kind=phrasings").content)
    assert phrasings == {"version": "3.1", "nlu": [{"intent": subject, "examples": "- i am bob and wiped out since DATE\n"}]}
    cases = yaml.safe_load(coordinator.get("/console/review/verdicts.yml?kind=cases").content)
    assert {"text": "my heart does flip flops", "level": "urgent"} in cases
    assert {"text": "this chest of drawers is a pain", "level": "none"} in cases
    assert {"text": "so tired", "expect": ["education/chills"]} in cases
    assert yaml.safe_load(lessons.new_questions(lessons.opinions())) == ["can I fly a kite"]


def test_wrong_answer_needs_a_question_that_exists(say: Say, nurse: Client) -> None:
    message = say("hm")
    for subject in ("", "education/no_such_thing", "x\n- evil"):
        nurse.post("/console/review/judge", {"messages": str(message.id), "judgement": Judgement.wrong, "subject": subject})
    nurse.post("/console/review/judge", {"messages": "1,x", "judgement": Judgement.right})
    assert not Opinion.objects.exists()


@pytest.fixture
def dialogue(settings: Settings, tmp_path: Path) -> Path:
    settings.DIALOGUE = tmp_path / "dialogue.sqlite3"
    with sqlite3.connect(settings.DIALOGUE) as database:
        database.execute("CREATE TABLE dialogue (conversation TEXT PRIMARY KEY, events TEXT NOT NULL)")
    return tmp_path / "dialogue.sqlite3"


def remember(file: Path, conversation: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute("INSERT INTO dialogue VALUES (?, '[]')", (conversation,))


def remembered(file: Path) -> list[str]:
    with sqlite3.connect(file) as database:
        return [row[0] for row in database.execute("SELECT conversation FROM dialogue")]


def test_deletion_reaches_every_table_and_rasas_memory_and_leaves_a_tombstone(say: Say, signed_in: SignedIn, dialogue: Path) -> None:
    gone, kept = say("I have chest pain"), say("hello there")
    staff.close(Case.objects.get().number, "ann", outcome="called", note="x")
    signed_in("nurse").post(f"/console/conversations/{gone.conversation}/note", {"text": "private"})
    for one in (gone, kept):
        remember(dialogue, one.conversation)
    administrator = signed_in("administrator")
    form = {"conversation": gone.conversation, "why": "patient asked", "sure": "delete"}
    assert administrator.post("/console/data/delete", {**form, "sure": "yes"}).status_code == 422
    assert administrator.post("/console/data/delete", form).status_code == 302
    assert list(Conversation.objects.values_list("pk", flat=True)) == [kept.conversation]
    assert Message.objects.filter(conversation_id=gone.conversation).count() == Case.objects.count() == 0
    assert remembered(dialogue) == [kept.conversation]
    stone = Tombstone.objects.get()
    assert stone.messages == 1 and stone.cases == 1 and gone.conversation not in stone.conversation
    assert stone.conversation == erasure.digest(gone.conversation)
    assert administrator.post("/console/data/delete", form).status_code == 422, "a second time there is nothing"


def test_hold_and_open_case_keep_a_conversation(say: Say, signed_in: SignedIn, dialogue: Path) -> None:
    open_case, held = say("I have chest pain").conversation, say("hello").conversation
    administrator = signed_in("administrator")
    administrator.post("/console/data/hold", {"conversation": held, "why": "lawsuit"})
    for conversation in (open_case, held):
        refused = administrator.post("/console/data/delete", {"conversation": conversation, "why": "x", "sure": "delete"})
        assert refused.status_code == 422
    assert Conversation.objects.count() == 2
    administrator.post("/console/data/hold", {"lift": str(Hold.objects.get().pk)})
    administrator.post("/console/data/delete", {"conversation": held, "why": "x", "sure": "delete"})
    assert Conversation.objects.count() == 1


def test_nothing_is_deleted_when_rasas_memory_cannot_be_reached(say: Say, settings: Settings, tmp_path: Path) -> None:
    conversation = say("hello").conversation
    settings.DIALOGUE = tmp_path / "dialogue.sqlite3"
    settings.DIALOGUE.write_text("this is no database, and it is long enough to be read as a damaged one" * 20)
    with pytest.raises(sqlite3.Error):
        erasure.erase(conversation, who="ann", why="x")
    assert Conversation.objects.count() == 1 and not Tombstone.objects.exists()


def test_old_conversations_are_deleted_by_the_clock_unless_something_keeps_them(say: Say, dialogue: Path, settings: Settings) -> None:
    settings.KEEP_DAYS = 30
    old, held, busy, new = (say(text).conversation for text in ("hello", "hello", "I have chest pain", "hello"))
    long_ago = timezone.now() - timedelta(days=31)
    Conversation.objects.exclude(pk=new).update(last_heard_at=long_ago)
    Hold.objects.create(conversation_id=held, who="x", why="y", at=timezone.now())
    call_command("delete_overdue", stdout=io.StringIO())
    assert set(Conversation.objects.values_list("pk", flat=True)) == {held, busy, new}
    assert Tombstone.objects.get().conversation == erasure.digest(old)
