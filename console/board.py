"""The queue as staff see it: open cases by level, then by the time left until the next rung. Reads only."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clinic import PATIENT
from console.phones import masked
from escalation import heartbeat
from escalation.models import FIRST_NUMBER, Attempt, Case, Notice, NoticeState, State
from transcripts.models import Message

LEVEL_WORDS = {"emergency": "Emergency", "urgent": "Urgent", "request": "Wants a person"}
RANK = {"emergency": 0, "urgent": 1, "request": 2}
MOST_ROWS = 200
MOST_PHRASES = 6
Texts = dict[int, Message]
STATE_WORDS = {"delivered": "told", "waiting": "planned", "dead": "could not be told", "dropped": "not needed"}


@dataclass(frozen=True)
class Told:
    """One notice of the case's present round, in words. `trouble`: it failed at least once or was given up."""

    who: str
    state: str
    at: datetime
    outcome: str
    trouble: bool


@dataclass(frozen=True)
class Row:
    """One case. `due`: when the next rung is told, None when nobody is left to be; `next`: who that is."""

    case: Case
    words: str
    phrases: Sequence[str]
    fahrenheit: float | None
    phone: str
    told: Sequence[Told]
    due: datetime | None
    next: str

    @property
    def number(self) -> int:
        return self.case.number

    @property
    def late(self) -> bool:
        return any(one.trouble for one in self.told)


@dataclass(frozen=True)
class Board:
    """`open`: nobody has acknowledged; `in_hand`: somebody has. `silent`: the worker that tells the care team is not alive."""

    open: Sequence[Row]
    in_hand: Sequence[Row]
    silent: bool

    @property
    def emergencies(self) -> str:
        """Numbers of open emergencies, for the browser's sound and badge; a raised or reopened one counts as new."""
        return _named((row.case.pk, row.case.round) for row in self.open if row.case.level == "emergency")

    def digest(self, now: datetime) -> str:
        """Changes whenever a row would be shown otherwise: a new minute counts."""
        shown = [
            (
                row.number, row.case.state, row.case.round, row.case.level, row.case.acknowledged_by, row.case.celsius, row.phrases,
                row.told, row.next, _minutes(now, row.case.opened_at), row.due and _minutes(now, row.due),
            )
            for row in (*self.open, *self.in_hand)
        ]  # fmt: skip
        return hashlib.sha256(repr((self.silent, shown)).encode()).hexdigest()[:16]


def emergencies() -> str:
    """The same without the rest of the board, for the pages that are not the queue."""
    found = Case.objects.filter(kind="patient", state__in=[State.open], level="emergency").order_by("pk")
    return _named(found.values_list("pk", "round")[:MOST_ROWS])


def _named(cases: Iterable[tuple[int, int]]) -> str:
    return ",".join(f"{FIRST_NUMBER + number}.{round_}" for number, round_ in sorted(cases))


def _minutes(now: datetime, at: datetime) -> int:
    return int((now - at).total_seconds() // 60)


def board(now: datetime) -> Board:
    """All cases that are not closed."""
    cases = Case.objects.filter(kind="patient", state__in=[State.open, State.acknowledged])
    found = rows(cases.order_by("state", "level", "opened_at")[:MOST_ROWS])
    open_rows = sorted((row for row in found if row.case.state == State.open), key=_urgency)
    in_hand = sorted((row for row in found if row.case.state != State.open), key=lambda row: (RANK[row.case.level], row.case.opened_at))
    return Board(open_rows, in_hand, silent=not heartbeat.is_alive(heartbeat.WORKER, now))


def _urgency(row: Row) -> tuple[int, float, float]:
    due = row.due.timestamp() if row.due else float("inf")
    return RANK[row.case.level], due, row.case.opened_at.timestamp()


def rows(cases: Iterable[Case]) -> list[Row]:
    """The cases with all that is said of them, in four queries whatever their number."""
    found = list(cases)
    texts = _texts(found)
    notices = _notices(found)
    return [_row(case, texts, notices[case.pk]) for case in found]


def _row(case: Case, texts: Texts, notices: Sequence[tuple[Notice, Attempt | None]]) -> Row:
    waiting = [notice for notice, _ in notices if notice.state == NoticeState.waiting]
    due = min((notice.due_at for notice in waiting), default=None)
    return Row(
        case=case,
        words=LEVEL_WORDS[case.level],
        phrases=phrases(case, texts),
        fahrenheit=_fahrenheit(case, texts),
        phone=masked(case.callback),
        told=[_told(notice, last) for notice, last in notices if notice.state != NoticeState.dropped],
        due=due,
        next=", ".join(name_of(notice.recipient) for notice in waiting if notice.due_at == due),
    )


def name_of(recipient: str) -> str:
    """ "nurse_line" as people say it."""
    return "the patient" if recipient == PATIENT else recipient.replace("_", " ")


def phrases(case: Case, texts: Texts) -> list[str]:
    """What the patient wrote at the places of the signs, each once; of two places that overlap the earlier one."""
    found: dict[str, str] = {}
    ends: dict[int, int] = {}
    for name, _, start, end, message in sorted(case.signs, key=lambda sign: (sign[4], sign[2], -sign[3])):
        if start < ends.get(message, 0):
            continue
        ends[message] = end
        phrase = texts[message].text[start:end].strip() if message in texts else ""
        phrase = phrase or str(name).replace("_", " ")
        found.setdefault(phrase.lower(), phrase)
    return list(found.values())[:MOST_PHRASES]


def _fahrenheit(case: Case, texts: Texts) -> float | None:
    """As the patient's own number was read: from rounded Celsius 102.5 would come back as 102.6."""
    if case.celsius is None:
        return None
    verdicts = [texts[sign[4]].reason.verdict for sign in case.signs if sign[4] in texts]
    own = (verdict.get("fahrenheit") for verdict in verdicts if verdict.get("celsius") == case.celsius)
    return next((one for one in own if one is not None), round(case.celsius * 9 / 5 + 32, 1))


def _texts(cases: Sequence[Case]) -> Texts:
    """The messages that signs stand in, each with its verdict."""
    wanted = {sign[4] for case in cases for sign in case.signs}
    return {one.pk: one for one in Message.objects.filter(pk__in=wanted).select_related("reason")}


def _notices(cases: Sequence[Case]) -> dict[int, list[tuple[Notice, Attempt | None]]]:
    """Case → the notices of its present round, each with its last attempt."""
    rounds = {case.pk: case.round for case in cases}
    notices = [one for one in Notice.objects.filter(case__in=rounds).order_by("due_at", "pk") if one.round == rounds[one.case_id]]
    last = {one.notice_id: one for one in Attempt.objects.filter(notice__in=[notice.pk for notice in notices]).order_by("pk")}
    found = defaultdict(list)
    for notice in notices:
        found[notice.case_id].append((notice, last.get(notice.pk)))
    return found


def _told(notice: Notice, last: Attempt | None) -> Told:
    outcome = last.outcome if last else ""
    failed = notice.state == NoticeState.dead or (notice.state == NoticeState.waiting and last is not None)
    state = "trying again" if failed and notice.state == NoticeState.waiting else STATE_WORDS[notice.state]
    return Told(name_of(notice.recipient), state, notice.delivered_at or notice.due_at, outcome if failed else "", failed)
