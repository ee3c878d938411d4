"""Counts for the overview: volumes, subjects, refusals, alarms, times to acknowledge, how often a red flag was right. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Count, Min

from console.find import UNKNOWN
from console.models import Judgement, Opinion
from escalation.models import Case, Outcome, Step
from transcripts.models import Message, Reason

PERIODS = (7, 30, 90)
MOST_SUBJECTS = 15


@dataclass(frozen=True)
class Table:
    """One figure: a chart's values and the table behind it. `bars`: which column the bars show."""

    title: str
    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    unit: str = ""
    by_day: bool = False
    note: str = ""


def tables(days: int, now: datetime) -> list[Table]:
    """All figures of the last `days` days."""
    since = now - timedelta(days=days)
    first = first_since(since)
    understood = Reason.objects.filter(message__gte=first, message__conversation__kind="patient")
    reasons: Counter[str] = Counter(dict(understood.values_list("intent").annotate(Count("pk"))))
    cases = Case.objects.filter(kind="patient", opened_at__gte=since)
    return [
        _volumes(first, since, now),
        _alarms(cases, since, now),
        _acknowledged(cases),
        _outcomes(cases),
        _understanding(reasons),
        _predictive(first),
        _subjects(reasons),
    ]


def first_since(since: datetime) -> int:
    """The lowest message id that is not older: ids grow with time, so a bisection finds it without an index on the time."""
    low, high = 0, (Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = Message.objects.filter(pk__gte=middle).order_by("pk").values_list("pk", "created_at").first()
        if found is None or found[1] >= since:
            high = middle
        else:
            low = found[0] + 1
    return low


def _days(since: datetime, now: datetime) -> list[date]:
    zone = settings.CLINIC.time_zone
    day, last = (since + timedelta(days=1)).astimezone(zone).date(), now.astimezone(zone).date()
    return [day + timedelta(days=n) for n in range((last - day).days + 1)]


def _volumes(first: int, since: datetime, now: datetime) -> Table:
    zone = settings.CLINIC.time_zone
    times = Message.objects.filter(pk__gte=first, inbound__in=[True], conversation__kind="patient")
    messages: Counter[date] = Counter()
    people: dict[date, set[str]] = defaultdict(set)
    for at, conversation in times.values_list("created_at", "conversation_id").iterator(chunk_size=5000):
        day = at.astimezone(zone).date()
        messages[day] += 1
        people[day].add(conversation)
    rows = [(day, messages[day], len(people[day])) for day in _days(since, now)]
    return Table("Messages from patients", "volumes", ("Day", "Messages", "Conversations"), rows, by_day=True)


def _alarms(cases: Any, since: datetime, now: datetime) -> Table:
    zone = settings.CLINIC.time_zone
    counted: Counter[tuple[date, str]] = Counter()
    for at, level in cases.values_list("opened_at", "level"):
        counted[at.astimezone(zone).date(), level] += 1
    rows = [
        (day, sum(counted[day, one] for one in ("emergency", "urgent", "request")), counted[day, "emergency"], counted[day, "urgent"], counted[day, "request"])
        for day in _days(since, now)
    ]
    return Table("Cases", "cases", ("Day", "All", "Emergency", "Urgent", "Wants a person"), rows, by_day=True)


def _acknowledged(cases: Any) -> Table:
    """From the begin of a case to its first acknowledgement, in minutes."""
    first = dict(Step.objects.filter(case__in=cases.values("pk"), what="acknowledged").values_list("case").annotate(Min("at")))
    waited: dict[str, list[float]] = defaultdict(list)
    unseen: Counter[str] = Counter()
    for number, level, opened in cases.values_list("pk", "level", "opened_at"):
        if number in first:
            waited[level].append((first[number] - opened).total_seconds() / 60)
        else:
            unseen[level] += 1
    rows = [
        (level.capitalize(), *_spread(waited[level]), len(waited[level]), unseen[level])
        for level in ("emergency", "urgent", "request")
        if waited[level] or unseen[level]
    ]
    columns = ("Level", "Median", "9 of 10 within", "Longest", "Acknowledged", "Never")
    return Table("Time until a person acknowledged", "acknowledged", columns, rows, unit="min")


def _spread(minutes: list[float]) -> tuple[float | None, float | None, float | None]:
    if not minutes:
        return None, None, None
    ordered = sorted(minutes)
    p90 = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return round(median(ordered), 1), round(p90, 1), round(ordered[-1], 1)


def _subjects(reasons: Counter[str]) -> Table:
    rows = [(name, count) for name, count in reasons.most_common() if name.startswith(("education/", "report/"))][:MOST_SUBJECTS]
    return Table("What patients ask", "subjects", ("Subject", "Messages"), rows)


def _understanding(reasons: Counter[str]) -> Table:
    counted: Counter[str] = Counter()
    for name, count in reasons.items():
        if name == UNKNOWN:
            counted["Not understood"] += count
        elif name.startswith("outside/"):
            counted["Refused: not in the monograph"] += count
        elif name:
            counted["Answered"] += count
        else:
            counted["Without the assistant"] += count
    total = sum(counted.values())
    rows = [(name, count, f"{count / total:.0%}") for name, count in counted.most_common()]
    return Table("How messages were answered", "understanding", ("Result", "Messages", "Share"), rows)


def _outcomes(cases: Any) -> Table:
    counted = dict(cases.exclude(outcome="").values_list("outcome").annotate(Count("pk")))
    rows = [(label, counted[value]) for value, label in Outcome.choices if value in counted]
    return Table("How cases ended", "outcomes", ("Outcome", "Cases"), rows)


def _predictive(first: int) -> Table:
    """Of the messages in which a red flag was found and staff gave a verdict: how often it was right."""
    right: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    opinions = Opinion.objects.filter(message__gte=first, message__level__in=["urgent", "emergency"])
    for judgement, verdict in opinions.values_list("judgement", "message__reason__verdict"):
        for sign in {name for name, *_ in (verdict or {}).get("signs") or ()}:
            judged[sign] += 1
            right[sign] += judgement != Judgement.not_urgent
    rows = [(name.replace("_", " "), round(100 * right[name] / count), right[name], count) for name, count in judged.most_common()]
    note = "Of the messages with this red flag that staff judged in the review, the share that was urgent."
    return Table("How often a red flag was right", "red-flags", ("Red flag", "Right", "Urgent", "Judged"), rows, unit="%", note=note)
