"""Each role against each page and action of the console, and those who are not signed in, or by a password alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from console.models import AuditEntry, Hold, Note, Opinion
from console.roles import ROLES, write_roles
from console.urls import urlpatterns
from escalation.models import Case
from tests.console.conftest import SignedIn

pytestmark = pytest.mark.django_db
OPEN = {"home", "sign_in", "sign_out", "second_factor", "set_up", "password"}
GUARDED: list[URLPattern] = [one for one in urlpatterns if one.name not in OPEN]
READS = {
    "queue", "queue_live", "alarms", "case", "fhir", "cases_csv", "conversations", "conversation", "conversation_live", "review", "verdicts",
    "overview", "staff", "data", "audit", "audit_csv",
}  # fmt: skip


def address(pattern: URLPattern, case: Case) -> str:
    given: dict[str, Any] = {}
    route = str(pattern.pattern)
    if "<int:number>" in route:
        given["number"] = case.number
    if "<str:conversation>" in route:
        given["conversation"] = case.conversation_id
    if "<int:message>" in route:
        given["message"] = case.alarms.get().message_id
    if "<int:user>" in route:
        given["user"] = User.objects.create(username="somebody").pk
    return reverse(f"console:{pattern.name}", kwargs=given) + ("?after=0" if pattern.name == "conversation_live" else "")


def call(client: Client, pattern: URLPattern, case: Case) -> int:
    where = address(pattern, case)
    return (client.get(where) if pattern.name in READS else client.post(where)).status_code


def name(pattern: URLPattern) -> str:
    return str(pattern.name)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("pattern", GUARDED, ids=name)
def test_role_reaches_what_is_its_own_and_nothing_else(role: str, pattern: URLPattern, case: Case, signed_in: SignedIn) -> None:
    needed = pattern.callback.needs  # type: ignore[attr-defined]
    status = call(signed_in(role), pattern, case)
    if needed in ROLES[role]:
        assert status in (200, 204, 302, 422), status
    else:
        assert status == 403
        assert AuditEntry.objects.filter(who=role, what="refused").exists()


@pytest.mark.parametrize("pattern", GUARDED, ids=name)
def test_nobody_reaches_anything_without_signing_in(pattern: URLPattern, case: Case, client: Client) -> None:
    answer = client.get(address(pattern, case)) if pattern.name in READS else client.post(address(pattern, case))
    assert answer.status_code in (302, 405) and "/console/sign-in" in answer.get("Location", "/console/sign-in")
    assert case.conversation_id not in answer.content.decode()


@pytest.mark.parametrize("pattern", GUARDED, ids=name)
def test_password_alone_reaches_nothing(pattern: URLPattern, case: Case) -> None:
    user = User.objects.create_user("pat", password="never used here")
    user.groups.set([])
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address(pattern, case)) if pattern.name in READS else client.post(address(pattern, case))
    assert answer.status_code == 302 and answer["Location"] == reverse("console:set_up")


@pytest.mark.parametrize("pattern", [one for one in GUARDED if one.name not in READS], ids=name)
def test_what_changes_something_refuses_get_and_forms_from_elsewhere(pattern: URLPattern, case: Case, signed_in: SignedIn) -> None:
    role = next(role for role, can in ROLES.items() if pattern.callback.needs in can)  # type: ignore[attr-defined]
    client = signed_in(role, csrf=True)
    where = address(pattern, case)
    assert client.get(where).status_code == 405
    refused = client.post(where, {"text": "hello", "outcome": "called", "note": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403 and "too old" in refused.content.decode()
    case.refresh_from_db()
    assert case.state == "open"
    assert not Note.objects.exists() and not Hold.objects.exists() and not Opinion.objects.exists()


def test_every_guarded_page_names_what_it_needs() -> None:
    for pattern in GUARDED:
        assert hasattr(pattern.callback, "needs"), pattern.name


def test_menu_shows_only_what_the_role_may_open(signed_in: SignedIn) -> None:
    page = signed_in("auditor").get("/console/audit").content.decode()
    assert "/console/overview" in page and "/console/queue" not in page and "/console/staff" not in page


def test_home_leads_to_the_first_page_of_the_role(signed_in: SignedIn) -> None:
    expected = {"nurse": "queue", "coordinator": "queue", "administrator": "overview", "auditor": "overview"}
    for role, page in expected.items():
        assert signed_in(role).get("/console/")["Location"] == f"/console/{page}"


def test_account_without_a_role_reaches_nothing(signed_in: SignedIn) -> None:
    assert signed_in("no such role").get("/console/").status_code == 403


def test_roles_are_what_the_code_says_even_when_somebody_changed_a_group(signed_in: SignedIn) -> None:
    client = signed_in("nurse")
    user = User.objects.get(username="nurse")
    user.groups.get().permissions.clear()
    assert client.get("/console/queue").status_code == 403
    write_roles()
    assert client.get("/console/queue").status_code == 200


def test_ended_account_is_out_at_once(signed_in: SignedIn) -> None:
    client = signed_in("nurse")
    assert client.get("/console/queue").status_code == 200
    User.objects.filter(username="nurse").update(is_active=False)
    assert client.get("/console/queue").status_code == 302


def test_session_that_was_made_up_is_nobody(client: Client) -> None:
    client.cookies["staff"] = "a" * 32
    assert client.get("/console/queue").status_code == 302


def test_numbers_that_do_not_exist_are_not_found(nurse: Client) -> None:
    for where in ("cases/999999", "cases/99999999999999999999999", "conversations/nobody", "cases/1", "conversations/%00"):
        assert nurse.get(f"/console/{where}").status_code == 404, where
    for where in ("/console/cases/999999/acknowledge", "/console/messages/99999999999999999999999/flag", "/console/conversations/x/write"):
        assert nurse.post(where, {"text": "x"}).status_code == 404, where


def test_absurd_numbers_and_dates_break_nothing(nurse: Client, signed_in: SignedIn) -> None:
    huge = "9" * 40
    assert signed_in("administrator").post(f"/console/staff/{huge}/change", {"deed": "end"}).status_code == 404
    assert signed_in("administrator").post("/console/data/hold", {"conversation": "a\0b", "why": "x"}).status_code == 422
    assert signed_in("administrator").post("/console/data/hold", {"lift": huge}).status_code in (302, 422)
    nurse.post("/console/review/judge", {"messages": f"{huge},-1", "judgement": "right"})
    for query in (
        "until=9999-12-31", "since=0001-01-01", f"from={huge}", "from=9999-12-31T23:59:59%2B00:00", f"q=a&from={huge}", "channel=x%00y", "level=%F0%9F%98%80",
        "subject=%27%3B--", "q=" + "a+" * 300, f"reviewed={huge}",
    ):  # fmt: skip
        assert nurse.get(f"/console/conversations?{query}").status_code == 200, query
    assert nurse.get(f"/console/review?kind={huge}").status_code == 200
    assert signed_in("auditor").get(f"/console/audit?before={huge}&who=%00").status_code == 200


def test_failure_shows_nothing_of_what_failed(nurse: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("a patient's words")

    monkeypatch.setattr("console.views.queue.board", broken)
    nurse.raise_request_exception = False
    answer = nurse.get("/console/queue")
    assert answer.status_code == 500 and "patient" not in answer.content.decode()


def test_canary_conversations_are_not_shown(nurse: Client) -> None:
    from intake import record
    from intake.inbound import Inbound

    made_up = record.open_conversation("web", kind="canary")
    record.record(Inbound(made_up, "web", "c1", "I have chest pain"))
    number = Case.objects.get(conversation_id=made_up).number
    assert nurse.get(f"/console/conversations/{made_up}").status_code == 404
    assert nurse.get(f"/console/cases/{number}").status_code == 404
    assert "chest pain" not in nurse.get("/console/queue").content.decode()
