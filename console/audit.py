"""Writes the audit trail, and proves that nobody touched it. Append-only; each entry is sealed together with the one before.

The seal is an HMAC with a key derived from the service's secret, so that somebody who can only write to the database
cannot make a chain that verifies. Old secrets (SECRET_KEY_FALLBACKS) still open old seals.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from console.models import AuditEntry, AuditHead
from console.roles import role_of

SALT = b"console.audit"
BEGIN = "0" * 64
LONGEST = 80
REFUSE_SQLITE = """CREATE TRIGGER IF NOT EXISTS audit_no_{deed} BEFORE {deed} ON console_auditentry
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"""
REFUSE_POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE OR REPLACE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON console_auditentry
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
"""


@dataclass(frozen=True)
class Finding:
    """What `verify` found. `number`: the first entry that is wrong; None when all is well."""

    entries: int
    head: str
    number: int | None = None
    trouble: str = ""


def note(request: HttpRequest, what: str, about: str = "", **detail: Any) -> None:
    """Writes down what the signed-in user did."""
    user = request.user
    write(user.get_username(), what, about, role=role_of(user), address=request.META.get("REMOTE_ADDR", ""), **detail)


def write(who: str, what: str, about: str = "", *, role: str = "", address: str = "", **detail: Any) -> None:
    """Appends one entry; one writer at a time."""
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first() or AuditHead.objects.create(pk=1, digest=BEGIN)
        entry = AuditEntry(
            id=head.number + 1,
            at=timezone.now(),
            who=_line(who)[:150],
            role=role[:60],
            what=what,
            about=_line(about)[:LONGEST],
            detail=detail,
            address=address[:45],
            previous=head.digest,
        )
        entry.digest = seal(entry, settings.SECRET_KEY)
        entry.save(force_insert=True)
        head.number, head.digest = entry.id, entry.digest
        head.save(update_fields=["number", "digest"])


def seal(entry: AuditEntry, secret: str) -> str:
    """The HMAC over everything that the entry says, and over the entry before."""
    said = [
        entry.id, _moment(entry.at), entry.who, entry.role, entry.what, entry.about, entry.detail, entry.address, entry.previous
    ]  # fmt: skip
    key = hmac.new(secret.encode(), SALT, hashlib.sha256).digest()
    written = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key, written.encode(), hashlib.sha256).hexdigest()


def keep_triggers() -> None:
    """After each migration: the database itself refuses to change or delete an entry."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for statement in [REFUSE_SQLITE.format(deed=deed) for deed in ("UPDATE", "DELETE")] if sqlite else [REFUSE_POSTGRESQL]:
            cursor.execute(statement)


def verify(*, expect: str = "") -> Finding:
    """Walks the whole trail. `expect`: a head noted down earlier, which the trail must still contain."""
    previous, number, seen = BEGIN, 0, not expect
    for entry in _entries():
        number += 1
        if entry.id != number:
            return Finding(number - 1, previous, number, "is missing")
        if entry.previous != previous:
            return Finding(number - 1, previous, number, "does not follow from the one before")
        if not any(hmac.compare_digest(entry.digest, seal(entry, secret)) for secret in _secrets()):
            return Finding(number - 1, previous, number, "was changed")
        previous = entry.digest
        seen = seen or previous == expect
    head = AuditHead.objects.filter(pk=1).first()
    if head is not None and (head.number, head.digest) != (number, previous):
        return Finding(number, previous, number + 1, "is missing at the end")
    if head is None and number or not seen:
        return Finding(number, previous, number + 1, "is missing: the noted head is not in the trail")
    return Finding(number, previous)


def _entries() -> Iterator[AuditEntry]:
    return AuditEntry.objects.order_by("id").iterator(chunk_size=2000)


def _secrets() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _moment(at: datetime) -> int:
    """Microseconds since 1970, the same on every database."""
    return int(at.timestamp() * 1_000_000 + 0.5)


def _line(text: str) -> str:
    """One line of visible characters: nothing that a terminal or a table would obey."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
