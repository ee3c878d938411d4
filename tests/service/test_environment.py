from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from service import environment


def test_value_of_the_environment_wins_and_empty_means_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.number("NK92_TEST", 8) == 8
    monkeypatch.setenv("NK92_TEST", "2.5")
    assert environment.number("NK92_TEST", 8) == 2.5
    monkeypatch.setenv("NK92_TEST", "")
    assert environment.text("NK92_TEST", "kept") == "kept"


@pytest.mark.parametrize("written", ["soon", "0", "-1", "nan", "99"])
def test_number_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("NK92_TEST", written)
    with pytest.raises(ImproperlyConfigured, match="NK92_TEST"):
        environment.number("NK92_TEST", 8, at_most=9)


@pytest.mark.parametrize("written", ["localhost:5005", "ftp://x", "http://", "http://host/path"])
def test_address_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("NK92_TEST", written)
    with pytest.raises(ImproperlyConfigured, match="must look like http://127"):
        environment.address("NK92_TEST", "http://127.0.0.1:5005")


def test_choice_outside_the_list_names_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NK92_TEST", "LOUD")
    with pytest.raises(ImproperlyConfigured, match="DEBUG, INFO"):
        environment.choice("NK92_TEST", "INFO", environment.LEVELS)


def test_missing_and_short_secrets_stop_the_start_and_are_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="make install"):
        environment.secret(tmp_path, "django_key")
    (tmp_path / "django_key").write_text("hunter2")
    with pytest.raises(ImproperlyConfigured, match="32 characters") as caught:
        environment.secret(tmp_path, "django_key")
    assert "hunter2" not in str(caught.value)
    (tmp_path / "django_key").write_text("k" * 32 + "\n")
    assert environment.secret(tmp_path, "django_key") == "k" * 32


def test_sqlite_is_durable_and_never_waits_long(tmp_path: Path) -> None:
    found = environment.database("", tmp_path / "service.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE" and found["OPTIONS"]["timeout"] <= 5
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]
    assert found["CONN_MAX_AGE"] is None


def test_folder_of_the_database_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="NK92_VAR"):
        environment.database("", tmp_path / "nowhere" / "service.sqlite3")


def test_postgresql_address_is_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: object())
    found = environment.database("postgresql://us%40er:p%2Fw@db.local:6432/nk92", tmp_path)
    kept = {name: found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")}
    assert kept == {"USER": "us@er", "PASSWORD": "p/w", "HOST": "db.local", "PORT": "6432", "NAME": "nk92"}


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "nonsense"])
def test_database_address_that_cannot_be_shows_how_it_looks(tmp_path: Path, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="postgresql://user:password@host"):
        environment.database(url, tmp_path)


def test_postgresql_without_its_driver_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match="psycopg"):
        environment.database("postgresql://u:p@h/n", tmp_path)
