"""Files the message of this turn as a case and gives the sentence that tells the patient so. Blocking: call it in a thread.

Behind the service the message is in the record already, and so is its case; in `rasa shell` both are made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog
from django.db import Error, close_old_connections
from django.utils import timezone

from escalation import telling
from escalation.cases import CASE_RANK, Filed, Report, Source, file_now, latest_case, message_of
from intake import outcome, record
from intake.inbound import Answer, Inbound

logger = structlog.stdlib.get_logger(__name__)

SHELL = "shell"
Said = tuple[str, dict[str, Any]]


def file_turn(sender: str, message: Mapping[str, Any], *, level: str, source: Source) -> Said:
    """The response key and its values: the case's number once the case is stored, else that nobody was told."""
    try:
        filed, language = _file(sender, message, level, source)
    except Error as problem:
        logger.error("action.case_not_saved", conversation=sender, problem=type(problem).__name__)
        return telling.response_key("not_saved", "en"), {}
    finally:
        close_old_connections()
    name, given = telling.after_filing(filed, person=source == "person", language=language, now=timezone.now())
    return telling.response_key(name, language), {**given}


def standing(sender: str) -> Said:
    """The response that answers "has anybody seen my message?"."""
    try:
        name, given = telling.standing(latest_case(sender))
        return telling.response_key(name, record.language_of(sender)), {**given}
    except Error as problem:
        logger.error("action.case_not_read", conversation=sender, problem=type(problem).__name__)
        return telling.response_key("not_saved", "en"), {}
    finally:
        close_old_connections()


def _file(sender: str, message: Mapping[str, Any], level: str, source: Source) -> tuple[Filed, str]:
    number, language, filed = _recorded(sender, message)
    if filed is None or CASE_RANK[level] > CASE_RANK[filed.level]:
        filed = file_now(Report(number, sender, level, source, timezone.now(), language))
    return filed, language


def _recorded(sender: str, message: Mapping[str, Any]) -> tuple[int, str, Filed | None]:
    """The message in the record: its number, language and case. The service gives its own number as the message's id."""
    given = str(message.get("message_id") or "")
    if given.isdecimal() and message_of(sender, int(given)) is not None:
        stored = record.stored(int(given))
        return stored.id, stored.language, stored.case
    record.open_conversation(SHELL, number=sender)
    stored = record.record(Inbound(sender, SHELL, given or timezone.now().isoformat(), str(message.get("text") or "")))
    if not stored.answered:
        outcome.store_replies(stored, [], Answer("shell"))
    return stored.id, stored.language, stored.case

