"""One conversation as staff read it: every message with its reasons, and the places of the signs in it. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.models import Flag, Opinion
from transcripts.models import Message, Reason

PAGE = 200
FAILURES = {
    "led": "a person was writing",
    "silent": "the assistant said nothing",
    "late": "the assistant was too late",
    "resting": "the assistant was not asked: it had been late",
    "refused": "the assistant refused the message",
    "broken": "the assistant's answer was unreadable",
    "unreachable": "the assistant could not be reached",
}


@dataclass(frozen=True)
class Piece:
    """A part of a text. `kind`: "" plain, "sign" or "discounted"; `why`: what it was taken for."""

    text: str
    kind: str = ""
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One message with all that staff may know of it."""

    message: Message
    who: str
    pieces: Sequence[Piece]
    reason: Reason | None
    trouble: str
    signs: Sequence[str]
    discounted: Sequence[str]
    flagged: bool
    judged: str


def lines(conversation: str, *, after: int = 0, before: int | None = None) -> list[Line]:
    """The last PAGE messages above `after` and below `before`, oldest first."""
    found = Message.objects.filter(conversation_id=conversation, seq__gt=after)
    if before is not None:
        found = found.filter(seq__lt=before)
    messages = list(reversed(found.order_by("-seq")[:PAGE]))
    numbers = [message.pk for message in messages]
    reasons = {one.message_id: one for one in Reason.objects.filter(message__in=numbers)}
    flags = set(Flag.objects.filter(message__in=numbers).values_list("message_id", flat=True))
    opinions = {one.message_id: one.get_judgement_display() for one in Opinion.objects.filter(message__in=numbers)}
    return [_line(one, reasons.get(one.pk), one.pk in flags, opinions.get(one.pk, "")) for one in messages]


def _line(message: Message, reason: Reason | None, flagged: bool, judged: str) -> Line:
    verdict = reason.verdict if reason else {}
    return Line(
        message=message,
        who="patient" if message.inbound else "staff" if message.author else "assistant",
        pieces=pieces(message.text, verdict),
        reason=reason,
        trouble=FAILURES.get(reason.outcome, "") if reason else "",
        signs=list(dict.fromkeys(_named(name) for name, *_ in verdict.get("signs") or ())),
        discounted=list(dict.fromkeys(f"{_named(name)}: {_named(why)}" for name, why, *_ in verdict.get("discounted") or ())),
        flagged=flagged,
        judged=judged,
    )


def pieces(text: str, verdict: Mapping[str, Any]) -> list[Piece]:
    """The text cut at the spans that triage found; a sign goes before what was discounted at the same place."""
    spans = [(start, end, "sign", f"{_named(name)} ({level})") for name, level, start, end in verdict.get("signs") or ()]
    spans += [(start, end, "discounted", f"{_named(name)}: {str(why).replace('_', ' ')}") for name, why, start, end in verdict.get("discounted") or ()]
    found: list[Piece] = []
    place = 0
    for start, end, kind, why in sorted(spans, key=lambda span: (span[0], span[2] != "sign")):
        if start < place or end <= start:
            continue
        found += [Piece(text[place:start])] if start > place else []
        found.append(Piece(text[start:end], kind, why))
        place = end
    return [*found, Piece(text[place:])] if place < len(text) else found


def _named(sign: object) -> str:
    return str(sign).replace("_", " ")
