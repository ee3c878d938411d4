"""Sign-in: passwords, throttling, second factor, idle time, cookies, the first accounts."""

from __future__ import annotations

import time
from io import StringIO

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from console import accounts, second_factor
from console.models import AuditEntry, FirstPassword
from service import staff
from tests.console.conftest import SignedIn

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet herons 7"


@pytest.fixture
def ann() -> User:
    user = User.objects.create_user("ann", password=PASSWORD)
    user.groups.set(Group.objects.filter(name="nurse"))
    return user


def sign_in(client: Client, password: str = PASSWORD, name: str = "ann", **more: str) -> int:
    return client.post("/console/sign-in", {"username": name, "password": password}, **more).status_code  # type: ignore[arg-type]


def code(device: TOTPDevice) -> str:
    return f"{totp(device.bin_key):06d}"


def test_first_sign_in_sets_up_the_second_factor_and_later_ones_ask_for_it(client: Client, ann: User) -> None:
    assert sign_in(client) == 302
    assert client.get("/console/queue")["Location"] == "/console/second-factor/set-up"
    page = client.get("/console/second-factor/set-up").content.decode()
    device = TOTPDevice.objects.get()
    assert "<svg" in page and "style=" not in page and second_factor.key_of(device) in page
    before = client.session.session_key
    done = client.post("/console/second-factor/set-up", {"code": code(device)}).content.decode()
    assert done.count("<code>") == second_factor.RECOVERY_CODES
    assert client.session.session_key != before
    assert client.get("/console/queue").status_code == 200

    other = Client()
    sign_in(other)
    assert other.get("/console/queue")["Location"] == "/console/second-factor"
    assert other.post("/console/second-factor", {"code": "000000"}).status_code == 200
    assert other.get("/console/queue").status_code == 302
    recovery = done.split("<code>")[1].split("<")[0]
    for kind in (TOTPDevice, StaticDevice):
        kind.objects.update(throttling_failure_count=0)
    assert other.post("/console/second-factor", {"code": recovery}).status_code == 302
    assert other.get("/console/queue").status_code == 200
    third = Client()
    sign_in(third)
    assert third.post("/console/second-factor", {"code": recovery}).status_code == 200, "a recovery code works once"


def test_second_factor_cannot_be_set_up_anew_by_who_knows_only_the_password(client: Client, ann: User) -> None:
    TOTPDevice.objects.create(user=ann, confirmed=True)
    sign_in(client)
    assert client.get("/console/second-factor/set-up")["Location"] == "/console/second-factor"


def test_a_code_works_once(client: Client, ann: User) -> None:
    device = TOTPDevice.objects.create(user=ann, confirmed=True)
    used = code(device)
    sign_in(client)
    assert client.post("/console/second-factor", {"code": used}).status_code == 302
    again = Client()
    sign_in(again)
    assert again.post("/console/second-factor", {"code": used}).status_code == 200


def test_guessing_is_stopped_for_that_address_and_not_for_others(client: Client, ann: User) -> None:
    tries = [sign_in(client, f"wrong {n}") for n in range(6)]
    assert tries[0] == 200 and tries[-1] == 429
    assert sign_in(client) == 429, "the right password does not help any more"
    assert sign_in(Client(), REMOTE_ADDR="192.0.2.9") == 302
    assert AuditEntry.objects.filter(what="sign-in failed", who="ann").count() >= 4
    assert AuditEntry.objects.filter(what="locked out").exists()


def test_session_id_changes_with_the_sign_in_and_ends_with_the_sign_out(client: Client, ann: User) -> None:
    client.get("/console/sign-in")
    before = client.session.session_key
    sign_in(client)
    after = client.session.session_key
    assert after != before
    client.post("/console/sign-out")
    stolen = Client()
    stolen.cookies["staff"] = str(after)
    assert stolen.get("/console/second-factor").status_code == 302
    assert AuditEntry.objects.filter(what="signed out", who="ann").exists()


def test_sign_in_leads_only_to_our_own_pages(client: Client, ann: User) -> None:
    answer = client.post("/console/sign-in", {"username": "ann", "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/console/"


def test_idle_session_ends_and_polling_does_not_keep_it(signed_in: SignedIn, settings: Settings) -> None:
    client = signed_in("nurse")
    assert client.get("/console/queue").status_code == 200
    session = client.session
    session["last_deed"] = time.time() - settings.IDLE_MINUTES * 60 + 30
    session.save()
    assert client.get("/console/queue/live").status_code == 200
    assert client.session["last_deed"] < time.time() - 60, "the page's own polling is no deed"
    session["last_deed"] = time.time() - settings.IDLE_MINUTES * 60 - 1
    session.save()
    ended = client.get("/console/queue/live", headers={"HX-Request": "true"})
    assert ended.status_code == 401 and ended["HX-Redirect"].startswith("/console/sign-in")
    assert client.get("/console/queue").status_code == 302


def test_made_password_must_be_changed_first(signed_in: SignedIn) -> None:
    client = signed_in("nurse")
    user = User.objects.get(username="nurse")
    user.set_password("made by somebody")
    user.save()
    client = signed_in("nurse")
    FirstPassword.objects.create(user=user)
    assert client.get("/console/queue")["Location"] == "/console/password"
    weak = {"old_password": "made by somebody", "new_password1": "short", "new_password2": "short"}
    assert client.post("/console/password", weak).status_code == 200
    strong = {**weak, "new_password1": "nine calm otters", "new_password2": "nine calm otters"}
    assert client.post("/console/password", strong).status_code == 302
    assert client.get("/console/queue").status_code == 200


def test_passwords_are_stored_with_scrypt() -> None:
    hashers = staff.for_sign_in(https=True, idle_minutes=15, demo=False)["PASSWORD_HASHERS"]
    assert hashers == ["django.contrib.auth.hashers.ScryptPasswordHasher"]


def test_every_page_carries_strict_headers_and_nothing_inline(signed_in: SignedIn) -> None:
    answer = signed_in("nurse").get("/console/queue")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert answer["Cache-Control"] == "no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in answer.content.decode() and "onclick" not in answer.content.decode()
    cookie = answer.cookies["staff"] if "staff" in answer.cookies else signed_in("auditor").get("/console/audit").cookies["staff"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"


def test_first_administrator_is_made_by_a_command_once() -> None:
    said = StringIO()
    call_command("first_administrator", "root", stdout=said)
    user = User.objects.get(username="root")
    assert user.check_password(said.getvalue().split()[1]) and user.first_password
    assert user.has_perm("console.manage_staff") and not user.has_perm("console.see_conversations")
    with pytest.raises(CommandError):
        call_command("first_administrator", "ROOT")


def test_demo_account_exists_only_in_demo_mode_and_its_password_is_said_once(settings: Settings, client: Client) -> None:
    with pytest.raises(CommandError):
        call_command("demo_account")
    settings.DEMO = True
    said = StringIO()
    call_command("demo_account", stdout=said)
    name, password = said.getvalue().split()
    call_command("demo_account", stdout=(again := StringIO()))
    assert again.getvalue() == ""
    assert sign_in(client, password, name) == 302
    assert client.get("/console/queue").status_code == 200
    settings.DEMO = False
    assert client.get("/console/queue").status_code == 302, "without demo mode the demo account needs a second factor like any other"


def test_made_passwords_are_long_and_never_the_same() -> None:
    assert len({accounts.new_password() for _ in range(200)}) == 200
    assert len(accounts.new_password()) == 19
