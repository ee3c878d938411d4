"""Reads settings from the environment, typed. What is wrong or missing stops the start and says how to mend it."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def number(name: str, default: float) -> float:
    written = text(name, str(default))
    try:
        value = float(written)
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name}={written!r} is not a number.") from problem
    if value <= 0:
        raise ImproperlyConfigured(f"{name}={written!r} must be above 0.")
    return value


def flag(name: str, default: bool) -> bool:
    written = text(name, "yes" if default else "no").lower()
    if written not in ("yes", "no", "true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name}={written!r} must be yes or no.")
    return written in ("yes", "true", "1")


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).absolute()


def secret(directory: Path, name: str) -> str:
    """The content of one secret file; there is no default secret."""
    file = directory / name
    try:
        found = file.read_text(encoding="utf-8").strip()
    except FileNotFoundError as problem:
        raise ImproperlyConfigured(f"The secret {file} is missing: run `make install`, or put it there with mode 600.") from problem
    if len(found) < 32:
        raise ImproperlyConfigured(f"The secret {file} is too short: at least 32 characters.")
    return found


def database(url: str, default: Path) -> dict[str, Any]:
    """Django's database settings for a postgresql:// address; for an empty one the SQLite file `default`."""
    if not url:
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": default, "CONN_MAX_AGE": None, "OPTIONS": options}
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("NK92_DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": None,
    }
