"""What a patient hears of a case follows from what is stored."""

from __future__ import annotations

from datetime import datetime

import pytest

from escalation import telling
from escalation.cases import Filed
from tests.escalation.conftest import TUESDAY_NIGHT, TUESDAY_NOON
from wording import Words

NEW = Filed(1042, "urgent", True, "open")
ADDED = Filed(1042, "urgent", False, "open")
OPENED = Filed(1042, "urgent", False, "acknowledged", TUESDAY_NOON)
REQUEST = Filed(1043, "request", True, "open")


def said(words: Words, filed: Filed, *, person: bool = False, now: datetime = TUESDAY_NOON, language: str = "en") -> str:
    name, given = telling.after_filing(filed, person=person, language=language, now=now)
    return telling.said(words, name, given, language=language, channel="web").text


def test_new_case_is_saved_and_not_yet_read(words: Words) -> None:
    assert said(words, NEW) == "Your message is saved for your care team as case 1042. No one has read it yet."


def test_added_message_says_who_has_looked(words: Words) -> None:
    assert "No one has read it yet" in said(words, ADDED)
    assert "opened the case at 12:00 PM" in said(words, OPENED)


@pytest.mark.parametrize(("now", "holds"), [(TUESDAY_NOON, "open now"), (TUESDAY_NIGHT, "Wednesday at 8:00 AM")])
def test_wish_for_a_person_knows_the_hours(words: Words, now: datetime, holds: str) -> None:
    text = said(words, REQUEST, person=True, now=now)
    assert holds in text and "case 1043" in text and "911" in text


def test_hours_are_said_in_spanish_too(words: Words) -> None:
    assert "miércoles a las 8:00 AM" in said(words, REQUEST, person=True, now=TUESDAY_NIGHT, language="es")


@pytest.mark.parametrize(
    ("filed", "name"), [(None, "none"), (NEW, "unseen"), (OPENED, "opened"), (Filed(7, "urgent", False, "closed"), "closed")]
)
def test_standing_of_a_case_is_told(filed: Filed | None, name: str) -> None:
    assert telling.standing(filed)[0] == name
