"""What staff do with a case: acknowledge it, which stops the ladder and tells the patient, and close it with an outcome."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from escalation import ladder, telling
from escalation.models import FIRST_NUMBER, Case, Outcome, State, Step
from transcripts import statements
from transcripts.later import say_later
from transcripts.models import Conversation
from wording import Words
from wording.clock import hour


class CaseProblem(Exception):
    """The deed is not possible; `code` says why: unknown, taken, closed, outcome. Permanent."""

    permanent = True

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def acknowledge(number: int, who: str, words: Words) -> Case:
    """A person has the case in hand: the ladder stops, and the patient is told. Raises CaseProblem when another was first."""
    with transaction.atomic():
        case = _locked(number)
        if case.state == State.acknowledged:
            at = hour(case.acknowledged_at or case.opened_at, settings.CLINIC.time_zone)
            raise CaseProblem("taken", f"Case {number} was acknowledged by {case.acknowledged_by} at {at}.")
        _not_closed(case)
        now = timezone.now()
        case.state, case.acknowledged_at, case.acknowledged_by = State.acknowledged, now, who
        case.save(update_fields=["state", "acknowledged_at", "acknowledged_by"])
        ladder.drop_waiting(case)
        _step(case, "acknowledged", who, now)
        given = {"case": str(number), "time": hour(now, settings.CLINIC.time_zone)}
        tell_patient(case, "opened", given, words, now)
    return case


def close(number: int, who: str, *, outcome: str, note: str = "") -> Case:
    """The case has ended. Raises CaseProblem for an unknown outcome and for a case that is closed."""
    if outcome not in Outcome.values:
        raise CaseProblem("outcome", f"An outcome is one of {', '.join(Outcome.values)}.")
    with transaction.atomic():
        case = _locked(number)
        _not_closed(case)
        now = timezone.now()
        case.state, case.closed_at, case.closed_by = State.closed, now, who
        case.outcome, case.note = outcome, note
        case.save(update_fields=["state", "closed_at", "closed_by", "outcome", "note"])
        ladder.drop_waiting(case)
        _step(case, "closed", who, now)
        # what was said before the case was closed is dealt with: triage begins anew
        Conversation.objects.filter(pk=case.conversation_id).update(last_level="none", known_signs=[], asks_temperature=False)
    return case


def tell_patient(case: Case, name: str, given: dict[str, str], words: Words, now: datetime) -> None:
    """Appends a sentence about the case to its conversation, inside the caller's transaction."""
    reply = telling.said(words, name, given, language=case.language, channel=case.channel)
    say_later(case.conversation_id, [reply], now=now)


def _locked(number: int) -> Case:
    """The case, its conversation kept from other writers until the transaction ends."""
    found = Case.objects.filter(pk=number - FIRST_NUMBER).first()
    if found is None:
        raise CaseProblem("unknown", f"There is no case {number}.")
    statements.lock_conversation(found.conversation_id)
    found.refresh_from_db()
    return found


def _not_closed(case: Case) -> None:
    if case.state == State.closed:
        raise CaseProblem("closed", f"Case {case.number} was closed by {case.closed_by or 'somebody'}.")


def _step(case: Case, what: str, who: str, at: datetime) -> None:
    Step.objects.create(case=case, what=what, level=case.level, who=who, at=at)
