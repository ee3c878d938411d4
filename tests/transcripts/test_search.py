"""Full-text search: what is found on the database of the tests, and what PostgreSQL is asked. docs/console.md says how to try it there."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone

from transcripts import search
from transcripts.models import Conversation, Message


class Recorder:
    """Stands for a connection, its schema editor and its cursor; keeps what it was told to run."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor
        self.connection = self
        self.ran: list[tuple[str, Any]] = []

    def cursor(self) -> Recorder:
        return self

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *given: object) -> None:
        pass

    def execute(self, statement: str, values: Any = None) -> None:
        self.ran.append((statement, values))

    def fetchall(self) -> list[tuple[int]]:
        return [(7,), (3,)]


def write(*texts: str, inbound: bool = True, author: str = "") -> list[int]:
    conversation, _ = Conversation.objects.get_or_create(pk="c", defaults={"channel": "web", "created_at": timezone.now()})
    first = Message.objects.count()
    return [
        Message.objects.create(conversation=conversation, seq=first + place, inbound=inbound, author=author, text=text, created_at=timezone.now()).pk
        for place, text in enumerate(texts)
    ]


@pytest.mark.django_db
def test_messages_that_hold_all_words_are_found_newest_first_and_page_by_page() -> None:
    old, _, new = write("a fever since Monday", "a cough", "Fever, and a COUGH since noon")
    (nurse,) = write("we call you about the fever", inbound=False, author="ann")
    write("a canned answer about fever", inbound=False)
    assert search.find("fever") == [nurse, new, old]
    assert search.find("cough fever") == [new] and search.find("feve") == [nurse, new, old] and search.find("fever cold") == []
    assert search.find("fever", limit=1) == [nurse] and search.find("fever", before=new) == [old]


@pytest.mark.django_db
def test_nothing_in_a_query_is_syntax() -> None:
    (only,) = write("is it NOT (a) 'fever' | \"rash\"")
    for query in ("not", "'fever", 'rash"', "(a)", "a | is", "fever & rash", "it:*", "fever:*"):
        assert search.find(query) == [only], query
    assert search.find("!?& | '") == []


def test_postgresql_compares_the_stored_words_and_takes_no_text_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "connection", asked := Recorder("postgresql"))
    assert search.find("it's my Fev", before=9, limit=2) == [7, 3]
    ((statement, values),) = asked.ran
    assert "words @@ to_tsquery" in statement and "to_tsvector" not in statement and "ORDER BY id DESC LIMIT" in statement
    assert values == ["'it' & 's' & 'my' & 'fev':*", 9, 2]


def test_postgresql_gets_a_stored_column_with_an_index_and_sqlite_nothing() -> None:
    migration = import_module("transcripts.migrations.0008_stored_search")
    for move in (migration.make, migration.drop):
        move(None, nothing := Recorder("sqlite"))
        assert nothing.ran == []
    migration.make(None, editor := Recorder("postgresql"))
    ran = " ".join(statement for statement, _ in editor.ran)
    assert "ADD COLUMN words tsvector" in ran and "STORED" in ran and "USING gin (words)" in ran
