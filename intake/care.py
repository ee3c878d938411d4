"""Puts together all that a patient must read for one message: safety words, disclosure, replies, the case's number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from escalation import telling
from intake.inbound import Recorded
from wording import ALARMS, RANK, Reply, Words
from wording.words import ASKS_TEMPERATURE

CASE, REPORT = "utter_case/", "utter_report/"


def with_care(message: Recorded, replies: Sequence[Reply], words: Words, *, now: datetime) -> list[Reply]:
    """All that a patient must read: safety words, the case's number, disclosure, the assistant's replies or the safe reply.

    What speaks at the level that triage found comes first; else our own safety words do. Empty only while a person of the
    care team is writing (intake/handoff.py) and nothing in the message is an alarm.
    """
    level = RANK[message.level]
    alarm = message.level in ALARMS
    said = sorted(replies, key=lambda reply: RANK[reply.level] < level) if alarm else list(replies)
    if alarm and (not said or RANK[said[0].level] < level):
        safety = words.safety(
            message.level, suicide=message.suicide, language=message.language, channel=message.channel
        )
        said.insert(0, safety)
    if not said and not message.led:
        said.append(words.say("utter_unknown/no_answer", message.channel, language=message.language))
    if message.case is not None and not any(reply.response.startswith(CASE) for reply in said):
        said.insert(1, _of_case(message, words, now))
    if RANK[message.suspected] > level and said and not any(reply.response.startswith(REPORT) for reply in said):
        said.insert(0, words.if_now(message.suspected, language=message.language, channel=message.channel))
    if not message.screened:
        said.append(words.say("utter_unknown/if_urgent", message.channel, language=message.language))
    if message.reminds and not any(reply.response.startswith(ASKS_TEMPERATURE) for reply in said):
        said.append(words.safety("ask", suicide=False, language=message.language, channel=message.channel))
    if message.opens_session and said:
        said.insert(_behind_safety(said), words.disclosure(language=message.language, channel=message.channel))
    return said


def _behind_safety(said: Sequence[Reply]) -> int:
    """The place after what cannot wait: the safety words and the case's number."""
    if RANK[said[0].level] < RANK["ask"]:
        return 0
    return 2 if len(said) > 1 and said[1].response.startswith(CASE) else 1


def _of_case(message: Recorded, words: Words, now: datetime) -> Reply:
    """The promise, for a case that is stored."""
    assert message.case is not None
    person = message.case.level == "request"
    name, given = telling.after_filing(message.case, person=person, language=message.language, now=now)
    return telling.said(words, name, given, language=message.language, channel=message.channel)
