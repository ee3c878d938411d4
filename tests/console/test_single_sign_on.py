"""Sign-in by an identity provider: the whole way there and back, and all the ways in which it must end outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from console.models import AuditEntry
from console.single_sign_on import SORRY
from service import single_sign_on
from tests.console.identity_provider import ANOTHER_KEY, CLIENT, SECRET, IdentityProvider, running
from tests.service.processes import WEB

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.console.urls_with_sign_on")]


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[IdentityProvider]:
    """The provider, and a service that reads of it in its environment."""
    with running() as started:
        (tmp_path / "oidc_secret").write_text(SECRET)
        monkeypatch.setenv("NK92_OIDC_CLIENT_ID", CLIENT)
        monkeypatch.setenv("NK92_OIDC_ISSUER", started.address)
        monkeypatch.setenv("NK92_OIDC_ROLES_CLAIM", "groups")
        monkeypatch.setenv("NK92_OIDC_ROLES", "nk92-nurses=nurse, cn=trial=auditor")
        settings.OIDC = single_sign_on.read(tmp_path)
        for name, value in single_sign_on.as_settings(settings.OIDC).items():
            setattr(settings, name, value)
        yield started
    cache.clear()


def depart(client: Client, query: str = "") -> str:
    """Goes to the provider; gives where it sends the browser back to, without the host."""
    asked = client.get("/console/oidc/authenticate/" + query)
    back = WEB.get(asked["Location"], follow_redirects=False)
    assert back.status_code == 302, back.text
    return back.headers["Location"].removeprefix("http://testserver")


def sign_in(client: Client, query: str = "") -> str:
    """The whole way; gives where the browser is in the end."""
    return str(client.get(depart(client, query))["Location"])


def refusal(client: Client) -> str:
    """Why nobody got in: as the audit trail has it. The page says less."""
    assert "_auth_user_id" not in client.session
    assert client.get("/console/queue").status_code == 302
    assert SORRY in client.get("/console/sign-in").content.decode()
    return str(AuditEntry.objects.get(what="single sign-on refused").detail["why"])


def test_member_gets_in_with_the_role_of_the_group_and_needs_no_second_factor_here(client: Client, provider: IdentityProvider) -> None:
    assert "/console/oidc/authenticate/?next=/console/cases/7" in client.get("/console/sign-in?next=/console/cases/7").content.decode()
    assert sign_in(client, "?next=/console/cases/7") == "/console/cases/7"
    assert client.get("/console/queue").status_code == 200 and client.get("/console/audit").status_code == 403
    kim = User.objects.get()
    assert kim.username == "kim" and not kim.has_usable_password()
    assert AuditEntry.objects.get(what="signed in").role == "nurse"
    assert provider.asked == ["/.well-known/openid-configuration", "/authorize", "/token", "/keys", "/user"]


def test_role_follows_the_group_at_the_next_sign_in(client: Client, provider: IdentityProvider) -> None:
    sign_in(client)
    client.post("/console/sign-out")
    provider.person["groups"] = ["cn=trial", "something else"]
    sign_in(client)
    assert client.get("/console/queue").status_code == 403 and client.get("/console/audit").status_code == 200


def test_groups_may_come_from_the_user_page(client: Client, provider: IdentityProvider) -> None:
    provider.person.pop("groups")
    provider.user = {"groups": "nk92-nurses"}
    assert sign_in(client) == "/console/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "another nonce"},
        {"nonce": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_id_token_with_a_wrong_claim_lets_nobody_in(client: Client, provider: IdentityProvider, wrong: dict[str, Any]) -> None:
    provider.wrong = wrong
    assert sign_in(client) == "/console/sign-in"
    assert refusal(client).startswith(("the answer is not valid", "the ID token was made for another")) and not User.objects.exists()


@pytest.mark.parametrize("algorithm", ["RS256", "HS256", "none"])
def test_id_token_that_the_provider_did_not_sign_lets_nobody_in(client: Client, provider: IdentityProvider, algorithm: str) -> None:
    provider.key, provider.algorithm = ANOTHER_KEY, algorithm
    assert sign_in(client) == "/console/sign-in"
    assert refusal(client).startswith("the answer is not valid") and not User.objects.exists()


def test_user_page_about_somebody_else_lets_nobody_in(client: Client, provider: IdentityProvider) -> None:
    provider.user = {"sub": "5678"}
    sign_in(client)
    assert refusal(client) == "the user page speaks of somebody else"


@pytest.mark.parametrize("person", [{"groups": ["janitors"]}, {"groups": ["administrator"]}, {"groups": []}, {"preferred_username": ""}])
def test_unknown_people_stay_outside(client: Client, provider: IdentityProvider, person: dict[str, Any]) -> None:
    provider.person |= person
    sign_in(client)
    assert refusal(client) in ("none of the groups has a role here", "the provider gives no name") and not User.objects.exists()


def test_answer_with_another_state_or_of_another_browser_lets_nobody_in(client: Client, provider: IdentityProvider) -> None:
    stolen = depart(Client())
    depart(client)
    assert client.get(stolen)["Location"] == "/console/sign-in"
    assert refusal(client) == "nobody here asked for this answer"


def test_answer_counts_once(client: Client, provider: IdentityProvider) -> None:
    answer = depart(client)
    client.get(answer)
    client.post("/console/sign-out")
    assert client.get(answer)["Location"] == "/console/sign-in"
    assert refusal(client).endswith("nobody here asked")


def test_state_and_code_on_the_password_page_count_for_nothing(client: Client, provider: IdentityProvider) -> None:
    query = urlsplit(depart(client)).query
    assert client.post(f"/console/sign-in?{query}", {"username": "kim", "password": "x"}).status_code == 200
    assert "/token" not in provider.asked and "_auth_user_id" not in client.session


def test_refusal_by_the_provider_ends_on_the_sign_in_page(client: Client, provider: IdentityProvider) -> None:
    state = parse_qs(urlsplit(depart(client)).query)["state"][0]
    assert client.get(f"/console/oidc/callback/?error=access_denied&state={state}")["Location"] == "/console/sign-in"
    assert refusal(client).startswith("the provider refused")


def test_code_that_the_provider_does_not_know_lets_nobody_in(client: Client, provider: IdentityProvider) -> None:
    state = parse_qs(urlsplit(depart(client)).query)["state"][0]
    client.get(f"/console/oidc/callback/?code=made-up&state={state}")
    assert refusal(client) == "the answer is not valid: HTTPError"


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", ""])
def test_provider_that_calls_itself_otherwise_is_not_trusted(client: Client, provider: IdentityProvider, issuer: str) -> None:
    provider.issuer = issuer
    assert client.get("/console/oidc/authenticate/")["Location"] == "/console/sign-in"
    assert refusal(client) == "the discovery document is of another issuer"


def test_without_the_provider_nobody_new_gets_in_and_who_is_in_stays(client: Client, provider: IdentityProvider, settings: Settings) -> None:
    sign_in(client)
    cache.clear()
    settings.OIDC = single_sign_on.IdentityProvider("http://127.0.0.1:9", CLIENT, SECRET, "groups", {})
    assert client.get("/console/queue").status_code == 200
    other = Client()
    assert other.get("/console/oidc/authenticate/")["Location"] == "/console/sign-in"
    assert refusal(other) == "the discovery document could not be read: ConnectError"


def test_ended_account_is_out_at_once_and_does_not_come_back(client: Client, provider: IdentityProvider) -> None:
    sign_in(client)
    User.objects.update(is_active=False)
    assert client.get("/console/queue").status_code == 302
    sign_in(back := Client())
    assert refusal(back) == "the account has ended here"


def test_local_administrator_is_not_taken_over(client: Client, provider: IdentityProvider) -> None:
    kim = User.objects.create_user("kim", password="three quiet herons 7")
    kim.groups.set(Group.objects.filter(name="administrator"))
    sign_in(client)
    assert refusal(client) == "the name belongs to a local administrator"
    assert User.objects.get().has_perm("console.manage_staff")


def test_failures_do_not_shut_out_the_clinic(client: Client, provider: IdentityProvider) -> None:
    groups = provider.person.pop("groups")
    for _ in range(8):
        assert sign_in(Client()) == "/console/sign-in"
    provider.person["groups"] = groups
    assert sign_in(client) == "/console/"


@pytest.mark.parametrize(
    "name, value, said",
    [("ISSUER", "http://login.example.org", "https"), ("ISSUER", "", "https"), ("ROLES", "staff", "group=role"), ("ROLES", "staff=chief", "group=role")],
)
def test_setting_that_cannot_be_stops_the_start(
    provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"NK92_OIDC_{name}", value)
    with pytest.raises(ImproperlyConfigured, match=said):
        single_sign_on.read(tmp_path)
