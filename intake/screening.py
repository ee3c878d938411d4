"""Triage's verdict on a text, and what the conversation knows before and after it. Never raises: a failure falls towards care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from triage import Context, Level, Verdict, assess

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class Screened:
    """Triage's level for one text, the evidence as it is kept (empty when triage itself failed), what is known after it.

    The level is the one that stands whatever the assistant hears; `suspected` in the evidence is the one to fall back to.
    """

    level: Level
    evidence: Mapping[str, Any]
    known_after: Context

    @property
    def failed(self) -> bool:
        return not self.evidence


def context(last_level: str, signs: Sequence[str], asks_temperature: bool) -> Context:
    """What triage must know, from how a conversation keeps it."""
    return Context(last_level=Level[last_level], asked_temperature=asks_temperature, signs=frozenset(signs))


def screen(text: str, *, conversation: str, known: Context, read: bool) -> Screened:
    """`read`: the assistant will read the text too, and say whether a sign is more than named."""
    try:
        verdict = assess(text, context=known)
    except Exception as problem:  # the outermost edge of triage: nothing may keep a message from being stored
        kind = type(problem).__name__
        logger.error("triage.failed", conversation=conversation, characters=len(text), problem=kind)
        return Screened(Level.none, {}, known)
    stands = verdict.firm if read else verdict
    return Screened(stands.level, {**_evidence(stands, known), "suspected": verdict.level.word}, known.after(verdict))


def named(evidence: Mapping[str, Any]) -> list[list[Any]]:
    """[id, level, start, end] of the signs that may be no more than named."""
    return [[name, evidence["suspected"], start, end] for name, why, start, end in evidence.get("discounted") or () if why == "named"]


def only_suicide(verdict: Verdict) -> bool:
    """Whether suicide is the one emergency found: with any other beside it, 911 comes first."""
    emergencies = [sign.id for sign in verdict.signs if sign.level >= Level.emergency]
    return bool(emergencies) and all("suicide" in sign for sign in emergencies)


def _evidence(verdict: Verdict, known: Context) -> dict[str, Any]:
    """The verdict as it is kept beside the message: ids, levels and places, no words."""
    return {
        "level": verdict.level.word,
        "language": verdict.language,
        "known": {
            "level": known.last_level.word, "signs": sorted(known.signs), "asked_temperature": known.asked_temperature,
        },
        "reminds": known.asked_temperature and verdict.question_open and verdict.level < Level.ask,
        "suicide": only_suicide(verdict),
        "signs": [[sign.id, sign.level.word, sign.start, sign.end] for sign in verdict.signs],
        "discounted": [
            [entry.sign.id, entry.reason, entry.sign.start, entry.sign.end] for entry in verdict.discounted
        ],
        "celsius": verdict.temperature.celsius if verdict.temperature else None,
        "fahrenheit": verdict.temperature.fahrenheit if verdict.temperature else None,
    }
