"""Reads clinic.yml and refuses what cannot be right, with a message that says how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
import yaml

from clinic.reading_ladder import KEYS as ESCALATION
from clinic.reading_ladder import escalation
from clinic.settings import DAYS, Clinic, ClinicError, OpeningHours

NEEDED = {
    "name", "phone_day", "phone_night", "country", "emergency_number", "crisis_line", "time_zone",
    "languages", "hours", "hours_in_words", "holidays", *ESCALATION,
}  # fmt: skip
OPTIONAL = {"web"}
LANGUAGES = ("en", "es")


def load(path: Path) -> Clinic:
    """The clinic described by the file at `path`; raises ClinicError."""
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise ClinicError(f"{path} is missing. Copy clinic.yml of the project and fill it in.") from problem
    except (yaml.YAMLError, UnicodeDecodeError) as problem:
        raise ClinicError(f"{path} is not readable YAML: {problem}") from problem
    if not isinstance(written, dict):
        raise ClinicError(f"{path} is empty. It needs: {', '.join(sorted(NEEDED))}.")
    return _clinic(written)


def _clinic(written: Mapping[str, Any]) -> Clinic:
    if unknown := set(written) - NEEDED - OPTIONAL:
        named, known = ", ".join(sorted(map(str, unknown))), ", ".join(sorted(NEEDED | OPTIONAL))
        raise ClinicError(f"clinic.yml: unknown setting {named}. Known: {known}.")
    if missing := NEEDED - set(written):
        raise ClinicError(f"clinic.yml: {', '.join(sorted(missing))} is missing.")
    return Clinic(
        name=_words(written, "name"),
        phone_day=_phone(written, "phone_day"),
        phone_night=_phone(written, "phone_night"),
        emergency_number=_short_number(written, "emergency_number"),
        crisis_line=_short_number(written, "crisis_line"),
        time_zone=_time_zone(written["time_zone"]),
        languages=_languages(written["languages"]),
        hours=_hours(written["hours"]),
        hours_in_words=_words(written, "hours_in_words"),
        holidays=_holidays(written["holidays"]),
        escalation=escalation(written),
        web_origins=_web_origins(written.get("web")),
    )


def _words(written: Mapping[str, Any], key: str) -> str:
    value = written[key]
    if not isinstance(value, str) or not value.strip() or "{" in value:
        raise ClinicError(f"clinic.yml: {key} must be plain words.")
    return value.strip()


def _phone(written: Mapping[str, Any], key: str) -> str:
    """The number as its country writes it. Fictional 555-01xx numbers are possible, though in use nowhere."""
    try:
        number = phonenumbers.parse(str(written[key]), str(written["country"]))
    except phonenumbers.NumberParseException as problem:
        raise ClinicError(
            f'clinic.yml: {key} is no phone number. Write it like "(303) 555-0142".'
        ) from problem
    if not phonenumbers.is_possible_number(number):
        raise ClinicError(f"clinic.yml: {key} has too few or too many digits for {written['country']}.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _short_number(written: Mapping[str, Any], key: str) -> str:
    value = str(written[key])
    if not (value.isdigit() and 2 <= len(value) <= 6):
        raise ClinicError(f'clinic.yml: {key} must be a short number such as "911".')
    return value


def _time_zone(written: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(written))
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise ClinicError(
            f"clinic.yml: time_zone {written!r} is unknown. Write it like America/Denver."
        ) from problem


def _languages(written: Any) -> tuple[str, ...]:
    if not isinstance(written, list) or not written or not set(written) <= set(LANGUAGES):
        raise ClinicError(f"clinic.yml: languages must be a list of {', '.join(LANGUAGES)}.")
    return tuple(written)


def _hours(written: Any) -> Mapping[str, OpeningHours]:
    if not isinstance(written, dict) or not written or not set(written) <= set(DAYS):
        raise ClinicError(
            f'clinic.yml: hours must name days ({", ".join(DAYS)}) with times such as "08:00-17:00".'
        )
    return {day: _day(day, value) for day, value in written.items()}


def _day(day: str, written: Any) -> OpeningHours:
    try:
        opens, closes = (time.fromisoformat(part.strip()) for part in str(written).split("-"))
    except ValueError as problem:
        raise ClinicError(f'clinic.yml: hours of {day} must look like "08:00-17:00".') from problem
    if opens >= closes:
        raise ClinicError(f"clinic.yml: on {day} the clinic closes before it opens.")
    return OpeningHours(opens, closes)


def _holidays(written: Any) -> frozenset[date]:
    if not isinstance(written, list) or not all(type(day) is date for day in written):
        raise ClinicError("clinic.yml: holidays must be a list of dates such as 2026-12-25; [] for none.")
    return frozenset(written)


def _web_origins(written: Any) -> tuple[str, ...]:
    """The other websites that may hold the chat: `web: {origins: [https://www.example.org]}`; none by default."""
    if written is None:
        return ()
    origins = written.get("origins") if isinstance(written, dict) and set(written) == {"origins"} else None
    if not isinstance(origins, list) or not all(_is_origin(one) for one in origins):
        raise ClinicError(
            "clinic.yml: web must hold origins, a list of addresses such as https://www.example.org, without a path."
        )
    return tuple(one.lower() for one in origins)


def _is_origin(written: Any) -> bool:
    """ "https://host" or "https://host:port"; plain http only for one's own machine."""
    if not isinstance(written, str):
        return False
    parts = urlsplit(written)
    local = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    bare = f"{parts.scheme}://{parts.netloc}" == written and "@" not in parts.netloc and "*" not in parts.netloc
    return bool(parts.hostname) and bare and (parts.scheme == "https" or local)
