"""The audit trail: who did what, append-only, and every tampering found."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings

from console import audit
from console.models import AppendOnly, AuditEntry, AuditHead
from escalation.models import Case
from tests.console.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail() -> list[AuditEntry]:
    for number in range(6):
        audit.write("ann", "looked at", f"case {1000 + number}", role="nurse", form="page")
    return list(AuditEntry.objects.order_by("id"))


def behind_the_back(statement: str, *values: object) -> None:
    """What somebody with the database's own tools could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS audit_append_only ON console_auditentry")
        else:
            for trigger in ("audit_no_UPDATE", "audit_no_DELETE"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        cursor.execute(statement, values)


def test_whole_trail_verifies_and_its_head_can_be_noted_down(trail: list[AuditEntry]) -> None:
    found = audit.verify(expect=trail[3].digest)
    assert found.number is None and found.entries == 6 and found.head == trail[-1].digest


@pytest.mark.parametrize("column", ["who", "what", "about", "role", "address", "at", "detail"])
def test_changed_entry_is_found(trail: list[AuditEntry], column: str) -> None:
    value = {"at": "2020-01-01 00:00:00", "detail": '{"form": "x"}'}.get(column, "somebody else")
    behind_the_back(f"UPDATE console_auditentry SET {column} = %s WHERE id = 3", value)
    assert audit.verify().number == 3


def test_removed_entry_is_found_in_the_middle_and_at_the_end(trail: list[AuditEntry]) -> None:
    behind_the_back("DELETE FROM console_auditentry WHERE id = 6")
    assert audit.verify().number == 6
    behind_the_back("DELETE FROM console_auditentry WHERE id = 2")
    assert audit.verify().number == 2


def test_trail_that_was_cut_together_with_its_head_is_found_by_a_noted_head(trail: list[AuditEntry]) -> None:
    noted = trail[-1].digest
    behind_the_back("DELETE FROM console_auditentry WHERE id > 4")
    AuditHead.objects.update(number=4, digest=trail[3].digest)
    assert audit.verify().number is None
    assert audit.verify(expect=noted).number is not None


def test_entry_put_in_by_somebody_without_the_secret_is_found(trail: list[AuditEntry]) -> None:
    forged = AuditEntry(id=7, at=trail[0].at, who="eve", what="exported", previous=trail[-1].digest)
    forged.digest = audit.seal(forged, "a guess")
    forged.save(force_insert=True)
    AuditHead.objects.update(number=7, digest=forged.digest)
    assert audit.verify().number == 7


def test_database_refuses_to_change_or_delete_an_entry(trail: list[AuditEntry]) -> None:
    for statement in ("UPDATE console_auditentry SET who = 'x' WHERE id = 1", "DELETE FROM console_auditentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(AppendOnly):
        trail[0].delete()
    with pytest.raises(AppendOnly):
        trail[0].save()


def test_old_seals_open_after_the_secret_was_changed(trail: list[AuditEntry], settings: Settings) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new secret", [settings.SECRET_KEY]
    audit.write("ann", "signed in")
    assert audit.verify().number is None
    settings.SECRET_KEY_FALLBACKS = []
    assert audit.verify().number == 1


def test_command_says_which_entry_is_wrong(trail: list[AuditEntry]) -> None:
    call_command("verify_audit", stdout=(said := StringIO()))
    assert trail[-1].digest in said.getvalue()
    behind_the_back("UPDATE console_auditentry SET who = 'x' WHERE id = 4")
    with pytest.raises(CommandError, match="Entry 4 was changed"):
        call_command("verify_audit")


def test_deeds_are_written_down_with_who_and_about_what_and_no_words(case: Case, nurse: Client) -> None:
    nurse.get("/console/queue")
    nurse.get(f"/console/conversations/{case.conversation_id}")
    nurse.get("/console/conversations?q=chest")
    nurse.post(f"/console/conversations/{case.conversation_id}/write", {"text": "please sit down"})
    nurse.get(f"/console/cases/{case.number}/fhir")
    nurse.post(f"/console/cases/{case.number}/acknowledge")
    entries = AuditEntry.objects.filter(who="ann").exclude(what="signed in").order_by("id")
    deeds = [(one.what, (one.about or "-").split()[0]) for one in entries]
    for deed in (
        ("looked at", "queue"), ("looked at", "conversation"), ("searched", "conversations"), ("wrote to patient", "conversation"),
        ("exported case", "case"), ("acknowledged", "case"),
    ):  # fmt: skip
        assert deed in deeds
    written = " ".join(str([one.what, one.about, one.detail]) for one in entries)
    assert "chest" not in written and "sit down" not in written and "0187" not in written
    assert all(one.role == "nurse" and one.address == "127.0.0.1" for one in entries)


def test_name_with_line_breaks_stays_one_line(client: Client) -> None:
    client.post("/console/sign-in", {"username": "a\nERROR fake\x1b[31m\u202e", "password": "x"})
    entry = AuditEntry.objects.get(what="sign-in failed")
    assert entry.who.isprintable()


def test_auditor_verifies_and_exports_in_the_console(trail: list[AuditEntry], signed_in: SignedIn) -> None:
    auditor = signed_in("auditor")
    assert "all whole" in auditor.get("/console/audit?verify=1").content.decode()
    file = auditor.get("/console/audit.csv?who=ann").content.decode()
    assert file.count("case 100") == 6 and trail[0].digest in file
    assert AuditEntry.objects.filter(what="exported audit", who="auditor").exists()
    behind_the_back("UPDATE console_auditentry SET who = 'x' WHERE id = 4")
    assert "Entry 4 was changed" in auditor.get("/console/audit?verify=1").content.decode()
