"""Makes messages as the desk hands them around."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from intake.inbound import Recorded

PLAIN = Recorded(
    id=7,
    conversation="abc",
    channel="web",
    external_id="m1",
    text="Will I be tired?",
    choice="",
    level="none",
    suicide=False,
    language="en",
    opens_session=False,
    screened=True,
    known={},
    reminds=False,
    case=None,
    received_at=datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
    fresh=True,
    answered=False,
    mine=True,
)


def recorded(**changes: Any) -> Recorded:
    return replace(PLAIN, **changes)
