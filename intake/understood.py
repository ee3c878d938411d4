"""What the assistant's own reading of a message means for its case: it may raise one that triage did not, never lower one.

A sign that triage leaves open makes a case unless the assistant read the message and heard nothing.
"""

from __future__ import annotations

from dataclasses import replace

from escalation.cases import RAISES_A_CASE, Filed, Report
from intake.inbound import Answer, Recorded
from wording import RANK

ASK_PERSON = "ask_person"
OK = "ok"  # the outcome of an answer that Rasa gave
REPORT = "utter_report/"


def report_of(message: Recorded, answer: Answer) -> Report | None:
    """The report to file, or None: understood or answered at a level above triage's own, or the wish for a person."""
    understanding = answer.understanding
    levels = [str(understanding.get("level") or "none"), *(reply.level for reply in answer.replies if reply.response.startswith(REPORT))]
    level = max(levels, key=lambda one: RANK.get(one, 0))
    at, language = message.received_at, message.language
    if RANK[level] > RANK[message.level] and level in RAISES_A_CASE:
        return Report(message.id, message.conversation, level, "assistant", at, language, message.named)
    if is_unheard(message, answer):
        return Report(message.id, message.conversation, message.suspected, "triage", at, language, message.named)
    if understanding.get("intent") == ASK_PERSON and message.case is None:
        return Report(message.id, message.conversation, "request", "person", at, language)
    return None


def is_unheard(message: Recorded, answer: Answer) -> bool:
    """Whether nobody could say if a sign is more than named: then it counts."""
    return answer.outcome != OK and RANK[message.suspected] > RANK[message.level] and message.suspected in RAISES_A_CASE


def with_case(message: Recorded, report: Report, filed: Filed) -> Recorded:
    """The message at the level that was reported."""
    level = message.level if report.source == "person" else report.level
    return replace(message, level=level, case=filed)
