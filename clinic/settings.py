"""The clinic's settings as one frozen value. Not for reading files (clinic/reading.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.ladder import Escalation

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_CLOSURE = 60  # days to look ahead for the next opening


class ClinicError(Exception):
    """clinic.yml cannot be used; the message says which line to mend and how. Always permanent."""

    permanent = True


@dataclass(frozen=True)
class OpeningHours:
    """Opens and closes on one day, in the clinic's time zone."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Clinic:
    """`hours`: weekday name → opening hours, closed days left out. Phone numbers as patients read them.

    `web_origins`: other websites that may hold the chat.
    """

    name: str
    phone_day: str
    phone_night: str
    emergency_number: str
    crisis_line: str
    time_zone: ZoneInfo
    languages: tuple[str, ...]
    hours: Mapping[str, OpeningHours]
    hours_in_words: str
    holidays: frozenset[date]
    escalation: Escalation
    web_origins: tuple[str, ...] = ()

    def placeholders(self) -> dict[str, str]:
        """What replaces {clinic_phone} and its like in a response."""
        return {
            "clinic_name": self.name,
            "clinic_phone": self.phone_day,
            "clinic_night_phone": self.phone_night,
            "clinic_hours": self.hours_in_words,
            "emergency_number": self.emergency_number,
            "crisis_line": self.crisis_line,
        }

    def is_open(self, at: datetime) -> bool:
        """Whether the clinic is open at the aware time `at`."""
        local = at.astimezone(self.time_zone)
        today = self._hours_on(local.date())
        return today is not None and today.opens <= local.time() < today.closes

    def next_opening(self, at: datetime) -> datetime:
        """The first opening after `at`, in the clinic's time zone; ClinicError when none is near."""
        local = at.astimezone(self.time_zone)
        for ahead in range(LONGEST_CLOSURE):
            day = local.date() + timedelta(days=ahead)
            hours = self._hours_on(day)
            if hours is None:
                continue
            opening = datetime.combine(day, hours.opens, self.time_zone)
            if opening > local:
                return opening
        raise ClinicError(
            "clinic.yml: the clinic does not open within 60 days. Check `hours` and `holidays`."
        )

    def _hours_on(self, day: date) -> OpeningHours | None:
        return None if day in self.holidays else self.hours.get(DAYS[day.weekday()])
