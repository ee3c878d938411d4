"""The demo account by `make run`: wanted on one machine, never at a public address."""

from __future__ import annotations

import pytest

from stack import demo, places


def test_demo_mode_is_for_one_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NK92_DEMO", "NK92_PUBLIC_URL"):
        monkeypatch.delenv(name, raising=False)
    assert places.demo_mode() == "yes"
    monkeypatch.setenv("NK92_PUBLIC_URL", "https://assistant.example.org")
    assert places.demo_mode() == "no" and demo.account() == ""


def test_password_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["demo abcd-efgh\n", ""]
    monkeypatch.setenv("NK92_DEMO", "yes")
    monkeypatch.setattr(demo, "command", lambda *words, **more: said.pop(0))
    assert "password abcd-efgh" in demo.account()
    assert demo.account() == ""
