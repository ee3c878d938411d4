"""The full-text index: an FTS5 table on SQLite (transcripts/search.py keeps its triggers), a GIN index on PostgreSQL."""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE transcripts_search USING fts5(
        text, content='transcripts_message', content_rowid='id', tokenize='unicode61 remove_diacritics 2')""",
    """INSERT INTO transcripts_search(rowid, text) SELECT id, text FROM transcripts_message WHERE inbound OR author <> ''""",
]
POSTGRESQL = ["CREATE INDEX transcripts_search ON transcripts_message USING gin (to_tsvector('simple', text))"]


def make(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for name in ("transcripts_search_add", "transcripts_search_drop"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}")
        schema_editor.execute("DROP TABLE transcripts_search")
    else:
        schema_editor.execute("DROP INDEX transcripts_search")


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0006_handoff")]
    operations = [migrations.RunPython(make, drop)]
