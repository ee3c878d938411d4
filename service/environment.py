"""Reads settings from the environment, typed. What is wrong stops the start and says how to mend it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 32
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


def text(name: str, default: str) -> str:
    return os.environ.get(name) or default


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    written = text(name, default)
    if written not in allowed:
        raise ImproperlyConfigured(f"{name}={written!r} must be one of {', '.join(allowed)}.")
    return written


def number(name: str, default: float, *, at_most: float = 1e9) -> float:
    """A number above 0 and not above `at_most`."""
    written = text(name, str(default))
    try:
        value = float(written)
    except ValueError as problem:
        raise ImproperlyConfigured(
            f"{name}={written!r} is not a number. Without it, {default:g} counts."
        ) from problem
    if not 0 < value <= at_most:
        raise ImproperlyConfigured(f"{name}={written!r} must be above 0 and not above {at_most:g}.")
    return value


def folder(name: str, default: Path) -> Path:
    return Path(text(name, str(default))).absolute()


def address(name: str, default: str) -> str:
    """An http address without a path."""
    written = text(name, default).rstrip("/")
    parts = urlsplit(written)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"{name}={written!r} must look like {default}.")
    return written


def secret(directory: Path, name: str) -> str:
    """The content of one secret file; there is no default secret."""
    file = directory / name
    try:
        found = file.read_text(encoding="utf-8").strip()
    except OSError as problem:
        raise ImproperlyConfigured(
            f"The secret {file} cannot be read: run `make install`, or put it there with mode 600."
        ) from problem
    if len(found) < SHORTEST_SECRET:
        raise ImproperlyConfigured(
            f"The secret {file} needs {SHORTEST_SECRET} characters: delete it and run `make install`."
        )
    return found


def database(url: str, default: Path) -> dict[str, Any]:
    """Django's database settings for a postgresql:// address; for an empty one the SQLite file `default`."""
    if not url:
        if not default.parent.is_dir():
            raise ImproperlyConfigured(f"The folder {default.parent} is missing: create it, or set NK92_VAR.")
        pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000;"
        options = {"transaction_mode": "IMMEDIATE", "timeout": 5, "init_command": pragmas}
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": default,
            "CONN_MAX_AGE": None,
            "OPTIONS": options,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "NK92_DATABASE_URL must look like postgresql://user:password@host:5432/name."
        )
    if find_spec("psycopg") is None:
        raise ImproperlyConfigured("NK92_DATABASE_URL needs the package psycopg: run `make install`.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": None,
    }
