from __future__ import annotations

import time

import pytest
from django.conf import settings
from django.core import signing

from channels.web import session


def test_token_leads_back_to_its_conversation() -> None:
    assert session.conversation_of(f"Bearer {session.issue('abc')}") == "abc"
    assert session.conversation_of(f"bearer  {session.issue('abc')} ") == "abc"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "abc",
        "Basic abc",
        "Bearer ",
        "Bearer a:b:c",
        "Bearer " + signing.dumps("abc"),
        "Bearer " + signing.dumps("abc", salt="another"),
        "Bearer " + signing.dumps("abc", salt=session.SALT, key="k" * 40),
        "Bearer " + signing.dumps(["abc"], salt=session.SALT),
    ],
)
def test_any_other_header_is_refused(header: str) -> None:
    with pytest.raises(session.SessionOver):
        session.conversation_of(header)


def test_token_ends_with_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    header = f"Bearer {session.issue('abc')}"
    issued = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: issued + settings.SESSION_HOURS * 3600 - 60)
    assert session.conversation_of(header) == "abc"
    monkeypatch.setattr("django.core.signing.time.time", lambda: issued + settings.SESSION_HOURS * 3600 + 60)
    with pytest.raises(session.SessionOver):
        session.conversation_of(header)


def test_canary_must_know_the_secret() -> None:
    assert session.is_canary(settings.GATEWAY_SECRET)
    assert not session.is_canary("") and not session.is_canary("x" * 43) and not session.is_canary("\u00e9")
