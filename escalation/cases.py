"""Finds or makes the case of a message: idempotent, inside the caller's transaction. Not for staff's deeds (escalation/staff.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.db import transaction

from clinic import Clinic
from escalation import ladder
from escalation.models import Alarm, Case, State, Step
from transcripts import statements
from transcripts.models import Conversation, Message

Source = Literal["triage", "assistant", "person"]
CASE_RANK = {"request": 0, "urgent": 1, "emergency": 2}
RAISES_A_CASE = ("urgent", "emergency")


@dataclass(frozen=True)
class Report:
    """One message's reason for a case. `signs`: [id, level, start, end] as triage found them; `celsius` or None."""

    message: int
    conversation: str
    level: str
    source: Source
    at: datetime
    language: str = "en"
    signs: Sequence[Sequence[Any]] = ()
    celsius: float | None = None


@dataclass(frozen=True)
class Filed:
    """Where a message ended up. `new`: this message opened the case; `opened_at`: a person has acknowledged it then."""

    number: int
    level: str
    new: bool
    state: str
    opened_at: datetime | None = field(default=None)


def report_of(message: int, conversation: str, verdict: Mapping[str, Any], at: datetime) -> Report | None:
    """The report that triage's verdict makes; None when it raises no case."""
    level = str(verdict.get("level") or "")
    if level not in RAISES_A_CASE:
        return None
    celsius = verdict.get("celsius")
    return Report(
        message, conversation, level, "triage", at, str(verdict.get("language") or "en"), verdict.get("signs") or (), celsius
    )


def file(report: Report) -> Filed:
    """The case of the report's message, made or added to. The same message again changes nothing.

    Call it inside a transaction that holds the lock on the conversation; `file_now` brings its own.
    """
    found = Alarm.objects.select_related("case").filter(message_id=report.message).first()
    if found is not None and CASE_RANK[found.level] >= CASE_RANK[report.level]:
        return _filed(found.case, new=False)
    case = Case.objects.filter(conversation_id=report.conversation).exclude(state=State.closed).first()
    new = case is None
    if case is None:
        case = _open(report)
    else:
        _add(case, report)
    Alarm.objects.update_or_create(
        message_id=report.message,
        defaults={"case": case, "level": report.level, "source": report.source, "at": report.at},
    )
    return _filed(case, new=new)


def file_now(report: Report) -> Filed:
    """`file` in a transaction of its own."""
    with transaction.atomic():
        statements.lock_conversation(report.conversation)
        return file(report)


def filed_for(message: int) -> Filed | None:
    """The case that a message belongs to, if any."""
    alarm = Alarm.objects.select_related("case").filter(message_id=message).first()
    return _filed(alarm.case, new=_first(alarm)) if alarm else None


def is_open(conversation: str) -> bool:
    """Whether a case of this conversation is not closed."""
    return Case.objects.filter(conversation_id=conversation).exclude(state=State.closed).exists()


def has_case(conversation: str) -> bool:
    """Whether the conversation belongs to a case, open or closed: then its words are a medical record."""
    return Case.objects.filter(conversation_id=conversation).exists()


def latest_case(conversation: str) -> Filed | None:
    """The newest case of a conversation, whatever its state."""
    case = Case.objects.filter(conversation_id=conversation).order_by("-pk").first()
    return _filed(case, new=False) if case else None


def _first(alarm: Alarm) -> bool:
    return not alarm.case.alarms.filter(pk__lt=alarm.pk).exists()


def _open(report: Report) -> Case:
    conversation = Conversation.objects.get(pk=report.conversation)
    case = Case.objects.create(
        conversation=conversation,
        kind=conversation.kind,
        channel=conversation.channel,
        callback=conversation.callback,
        language=report.language,
        level=report.level,
        signs=_signs(report),
        celsius=report.celsius,
        opened_at=report.at,
        told_at=report.at,
    )
    _step(case, "opened", report)
    ladder.begin_round(case, _clinic(), report.at)
    return case


def _add(case: Case, report: Report) -> None:
    """A worse level, or a new sign in a case that was acknowledged, begins the ladder anew; the level never falls."""
    worse = CASE_RANK[report.level] > CASE_RANK[case.level]
    known = {sign[0] for sign in case.signs}
    news = case.state == State.acknowledged and report.level != "request" and any(s[0] not in known for s in _signs(report))
    case.signs = [*case.signs, *_signs(report)]
    case.celsius = max((one for one in (case.celsius, report.celsius) if one is not None), default=None)
    if worse:
        case.level = report.level
    if worse or news:
        case.state, case.round, case.told_at = State.open, case.round + 1, report.at
        case.acknowledged_at, case.acknowledged_by = None, ""
        ladder.begin_round(case, _clinic(), report.at)
    _step(case, "raised" if worse else "reopened" if news else "added", report)
    case.save()


def _step(case: Case, what: str, report: Report) -> None:
    Step.objects.create(case=case, what=what, level=report.level, who=report.source, at=report.at)


def _signs(report: Report) -> list[list[Any]]:
    """Those that raise the case, each with the message that it stands in."""
    return [[*sign, report.message] for sign in report.signs if sign[1] in RAISES_A_CASE]


def _filed(case: Case, *, new: bool) -> Filed:
    return Filed(case.number, case.level, new, case.state, case.acknowledged_at)


def _clinic() -> Clinic:
    found: Clinic = settings.CLINIC
    return found


def message_of(conversation: str, message: int) -> Message | None:
    """A patient's message of this very conversation."""
    return Message.objects.filter(pk=message, conversation_id=conversation, inbound=True).first()
