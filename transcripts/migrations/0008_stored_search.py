"""PostgreSQL keeps the words of each message beside it, so that a search need not take texts apart. Nothing on SQLite.

An index over an expression is enough to find rare words; for frequent ones PostgreSQL reads the newest messages one by one, and
took each text apart again. The table is written anew once: some seconds for a million messages.
"""

from django.db import migrations

MAKE = [
    "DROP INDEX transcripts_search",
    """ALTER TABLE transcripts_message ADD COLUMN words tsvector
        GENERATED ALWAYS AS (CASE WHEN inbound OR author <> '' THEN to_tsvector('simple', text) END) STORED""",
    # without a list of what is pending, which every search would read to its end
    "CREATE INDEX transcripts_search ON transcripts_message USING gin (words) WITH (fastupdate = off)",
    "ANALYZE transcripts_message",  # before it knows which words are rare, PostgreSQL looks for them the slow way
]
DROP = [
    "DROP INDEX transcripts_search",
    "ALTER TABLE transcripts_message DROP COLUMN words",
    "CREATE INDEX transcripts_search ON transcripts_message USING gin (to_tsvector('simple', text))",
]


def make(apps, schema_editor):
    _run(schema_editor, MAKE)


def drop(apps, schema_editor):
    _run(schema_editor, DROP)


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("transcripts", "0007_search")]
    operations = [migrations.RunPython(make, drop)]
