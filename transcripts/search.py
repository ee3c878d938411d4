"""Full-text search over what patients and staff wrote: FTS5 on SQLite, tsvector on PostgreSQL. Answers are canned and not indexed.

PostgreSQL keeps `words` beside each message (migration 0008; no field of the model, which is the same on both databases): it finds rare
words by their index, and frequent ones by reading the newest messages until there are enough. Either is quick only with words at hand.
"""

from __future__ import annotations

import re

from django.db import connection

WORD = re.compile(r"\w+")
MOST_WORDS = 12
PREFIX_FROM = 3  # a last word this long also finds what begins with it
FTS5 = "SELECT rowid FROM transcripts_search WHERE transcripts_search MATCH %s AND rowid < %s ORDER BY rowid DESC LIMIT %s"
TSVECTOR = """
    SELECT id FROM transcripts_message
    WHERE words @@ to_tsquery('simple', %s) AND id < %s
    ORDER BY id DESC LIMIT %s
"""
NEWEST = 2**62
TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS transcripts_search_add AFTER INSERT ON transcripts_message
        WHEN new.inbound OR new.author <> '' BEGIN
        INSERT INTO transcripts_search(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER IF NOT EXISTS transcripts_search_drop AFTER DELETE ON transcripts_message
        WHEN old.inbound OR old.author <> '' BEGIN
        INSERT INTO transcripts_search(transcripts_search, rowid, text) VALUES ('delete', old.id, old.text); END""",
)


def keep_triggers() -> None:
    """After each migration: SQLite's index follows the messages by triggers, and a table that is made anew loses them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for trigger in TRIGGERS:
                cursor.execute(trigger)


def words_of(query: str) -> list[str]:
    """The words that are looked for: nothing of the query is syntax."""
    return WORD.findall(query.lower())[:MOST_WORDS]


def find(query: str, *, before: int = NEWEST, limit: int = 400) -> list[int]:
    """Ids of messages below `before` that hold all words of the query, newest first."""
    words = words_of(query)
    if not words:
        return []
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute(FTS5 if sqlite else TSVECTOR, [_fts5(words) if sqlite else _tsquery(words), before, limit])
        return [row[0] for row in cursor.fetchall()]


def _fts5(words: list[str]) -> str:
    quoted = [f'"{word}"' for word in words]
    return " ".join(quoted) + ("*" if len(words[-1]) >= PREFIX_FROM else "")


def _tsquery(words: list[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return " & ".join(quoted) + (":*" if len(words[-1]) >= PREFIX_FROM else "")
