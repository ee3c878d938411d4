"""Which sentence tells a patient how their case stands. A promise is chosen here only from what is stored."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from clinic import Clinic
from escalation.cases import Filed
from escalation.models import State
from wording import Reply, Words
from wording.clock import day_and_hour, hour


def after_filing(filed: Filed, *, person: bool, language: str, now: datetime) -> tuple[str, dict[str, str]]:
    """The sentence's name and what fills it, for a message that was filed just now. `person`: one was asked for."""
    clinic: Clinic = settings.CLINIC
    given = {"case": str(filed.number)}
    if filed.state == State.acknowledged and filed.opened_at is not None:
        return "added_opened", {**given, "time": hour(filed.opened_at, clinic.time_zone)}
    if person and filed.level == "request":
        if clinic.is_open(now):
            return "request_open", given
        opening = day_and_hour(clinic.next_opening(now), clinic.time_zone, language)
        return "request_closed", {**given, "next_opening": opening}
    return ("saved" if filed.new else "added"), given


def standing(filed: Filed | None) -> tuple[str, dict[str, str]]:
    """The sentence that answers "has anybody seen my message?"."""
    clinic: Clinic = settings.CLINIC
    if filed is None:
        return "none", {}
    given = {"case": str(filed.number)}
    if filed.state == State.closed:
        return "closed", given
    if filed.state == State.acknowledged and filed.opened_at is not None:
        return "opened", {**given, "time": hour(filed.opened_at, clinic.time_zone)}
    return "unseen", given


def response_key(name: str, language: str) -> str:
    """The key in data/ of a sentence about a case."""
    return f"utter_case/{name}" + ("_es" if language == "es" else "")


def said(words: Words, name: str, given: dict[str, str], *, language: str, channel: str) -> Reply:
    return words.of_case(name, language=language, channel=channel, **given)
