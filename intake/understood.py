"""What the assistant's own reading of a message means for its case: it may raise one that triage did not, never lower one."""

from __future__ import annotations

from dataclasses import replace

from escalation.cases import RAISES_A_CASE, Filed, Report
from intake.inbound import Answer, Recorded
from wording import RANK

ASK_PERSON = "ask_person"
REPORT = "utter_report/"


def report_of(message: Recorded, answer: Answer) -> Report | None:
    """The report to file, or None: understood or answered at a level above triage's own, or the wish for a person."""
    understanding = answer.understanding
    levels = [str(understanding.get("level") or "none"), *(reply.level for reply in answer.replies if reply.response.startswith(REPORT))]
    level = max(levels, key=lambda one: RANK.get(one, 0))
    at, language = message.received_at, message.language
    if level in RAISES_A_CASE and RANK[level] > RANK[message.level]:
        return Report(message.id, message.conversation, level, "assistant", at, language)
    if understanding.get("intent") == ASK_PERSON and message.case is None:
        return Report(message.id, message.conversation, "request", "person", at, language)
    return None


def with_case(message: Recorded, report: Report, filed: Filed) -> Recorded:
    """The message at the level that was reported."""
    level = report.level if report.source == "assistant" else message.level
    return replace(message, level=level, case=filed)
