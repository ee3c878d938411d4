"""How a time of the clinic's own zone is said to a patient: "2:14 PM", "Monday at 8:00 AM"."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

DAYS = Path(__file__).with_name("days.yml")


def hour(at: datetime, zone: ZoneInfo) -> str:
    """ "2:14 PM"; a 12-hour clock in either language, as clinics in the United States write it."""
    return f"{at.astimezone(zone):%-I:%M %p}"


def day_and_hour(at: datetime, zone: ZoneInfo, language: str) -> str:
    """ "Monday at 8:00 AM"."""
    words = _words()["es" if language == "es" else "en"]
    local = at.astimezone(zone)
    return str(words["form"]).format(day=words["days"][local.weekday()], time=hour(at, zone))


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(DAYS.read_text(encoding="utf-8"))
    return found
