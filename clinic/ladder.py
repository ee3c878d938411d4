"""Who is told of a case, when, and how: the ladder of clinic.yml as frozen values. Not for sending (escalation/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

CASE_LEVELS = ("emergency", "urgent", "request")  # highest first
PATIENT = "patient"  # not a recipient of the clinic's: the patient, who is told that nobody has looked yet


@dataclass(frozen=True)
class Recipient:
    """Addresses in Apprise's notation, by day (while the clinic is open) and by night."""

    name: str
    day: tuple[str, ...]
    night: tuple[str, ...]

    def addresses(self, *, clinic_open: bool) -> tuple[str, ...]:
        return self.day if clinic_open else self.night


@dataclass(frozen=True)
class Rung:
    """Recipients, or PATIENT, to be told when a case was not acknowledged for so long."""

    after: timedelta
    tell: tuple[str, ...]


@dataclass(frozen=True)
class Ladder:
    """The rungs of one level. `again_every`: how often the last one is repeated until somebody acknowledges."""

    rungs: tuple[Rung, ...]
    again_every: timedelta


@dataclass(frozen=True)
class Watch:
    """The watcher sends a made-up alarm every `period`; it must reach its recipient within `grace`."""

    period: timedelta
    grace: timedelta
    tell: tuple[str, ...]


@dataclass(frozen=True)
class Escalation:
    """All that clinic.yml says of who is told. `acknowledged_for`: then a case that nobody closed alarms anew."""

    recipients: Mapping[str, Recipient]
    ladders: Mapping[str, Ladder]
    acknowledged_for: timedelta
    watch: Watch
