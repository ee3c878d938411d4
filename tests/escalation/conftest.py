from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from escalation.models import FIRST_NUMBER, Case
from intake import record
from intake.inbound import Inbound, Recorded
from wording import Words

ROOT = Path(__file__).resolve().parents[2]
TUESDAY_NOON = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)  # in Denver: 12:00 PM, the clinic is open
TUESDAY_NIGHT = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)  # in Denver: 10:00 PM on Tuesday
Say = Callable[..., Recorded]


@pytest.fixture(scope="session")
def words() -> Words:
    return Words.load(ROOT / "data", settings.CLINIC)


@pytest.fixture
def conversation(db: None) -> str:
    return record.open_conversation("web", callback="+13035550187")


@pytest.fixture
def say(conversation: str) -> Say:
    """Stores a patient's message as the service does; each one new."""
    said = 0

    def one(text: str, *, where: str = conversation, external_id: str = "") -> Recorded:
        nonlocal said
        said += 1
        return record.record(Inbound(where, "web", external_id or f"m{said}", text))

    return one


def the_case(number: int) -> Case:
    return Case.objects.get(pk=number - FIRST_NUMBER)
