"""Accounts of the staff: every deed of an administrator is done, said, and written down."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from console.models import AuditEntry
from tests.console.conftest import SignedIn

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(signed_in: SignedIn) -> Client:
    return signed_in("administrator", "chief")


@pytest.fixture
def ann(signed_in: SignedIn) -> User:
    signed_in("nurse", "ann")
    return User.objects.get(username="ann")


def test_new_account_has_its_role_and_its_password_is_shown_once(chief: Client) -> None:
    page = chief.post("/console/staff/add", {"username": "lou", "name": "Lou", "role": "nurse"}).content.decode()
    lou = User.objects.get(username="lou")
    shown = page.split("shown this once: <code>")[1].split("<")[0]
    assert lou.check_password(shown) and lou.has_perm("console.work_cases")
    assert shown not in chief.get("/console/staff").content.decode()
    assert AuditEntry.objects.get(what="made account").detail == {"new_role": "nurse"}
    assert chief.post("/console/staff/add", {"username": "LOU", "name": "Lou", "role": "nurse"}).status_code == 422


@pytest.mark.parametrize(
    "deed, more, entry",
    [
        ("role", {"role": "auditor"}, "changed role"),
        ("end", {}, "ended account"),
        ("begin", {}, "began account again"),
        ("password", {}, "renewed password"),
        ("factor", {}, "reset second factor"),
    ],
)
def test_deed_is_done_and_written_down(chief: Client, ann: User, deed: str, more: dict[str, str], entry: str) -> None:
    assert chief.post(f"/console/staff/{ann.pk}/change", {"deed": deed, **more}).status_code in (200, 302)
    written = AuditEntry.objects.get(what=entry)
    assert (written.who, written.about, written.role) == ("chief", "ann", "administrator")


def test_changed_role_counts_at_once(chief: Client, ann: User) -> None:
    chief.post(f"/console/staff/{ann.pk}/change", {"deed": "role", "role": "auditor"})
    assert User.objects.get(pk=ann.pk).has_perm("console.see_audit") and not User.objects.get(pk=ann.pk).has_perm("console.work_cases")


def test_nobody_changes_the_own_account(chief: Client) -> None:
    own = User.objects.get(username="chief")
    chief.post(f"/console/staff/{own.pk}/change", {"deed": "end"})
    assert User.objects.get(username="chief").is_active and not AuditEntry.objects.filter(what="ended account").exists()
