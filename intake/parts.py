"""Two halves of one thought ("my temp is" / "101.5"), sent within seconds: read together, answered together.

Together they can only raise what triage found in each, never lower it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from intake.inbound import Recorded
from transcripts.models import UNANSWERED, Message
from wording import RANK

CONTINUES = "continues"  # in the verdict that is kept: the message that this one goes on from
MOST_PARTS = 10


@dataclass(frozen=True)
class Before:
    """The unanswered beginning of a thought: its last message and its whole text."""

    last: int
    text: str


def before(conversation: str, *, within: float, now: datetime) -> Before | None:
    """The thought that a message of `now` may go on with; None when there is none."""
    waiting = Message.objects.filter(UNANSWERED, conversation_id=conversation, inbound=True).order_by("-seq")
    parts: list[tuple[int, str]] = []
    following = now
    for number, text, choice, at in waiting.values_list("id", "text", "choice", "created_at")[:MOST_PARTS]:
        if choice or following - at > timedelta(seconds=within):
            break
        parts.insert(0, (number, text))
        following = at
    return Before(parts[-1][0], " ".join(text for _, text in parts)) if parts else None


def raised(own: Mapping[str, Any], together: Mapping[str, Any], *, begins: int) -> dict[str, Any]:
    """The evidence of a message, raised to what it says together with what came before; `begins`: its place in that."""
    if RANK[together["level"]] <= RANK[own["level"]]:
        return {**own, "suspected": max(own["suspected"], together["suspected"], key=lambda level: RANK[level])}
    ends = [[name, level, max(0, start - begins), end - begins] for name, level, start, end in together["signs"] if end > begins]
    signs = [*own["signs"], *(sign for sign in ends if sign[:2] not in [known[:2] for known in own["signs"]])]
    measured = own if own["celsius"] is not None else together
    kept = {name: together[name] for name in ("level", "suicide", "suspected")}
    return {**own, **kept, "signs": signs, "celsius": measured["celsius"], "fahrenheit": measured["fahrenheit"], "reminds": False}


def joined(first: Recorded, rest: Sequence[Recorded]) -> Recorded:
    """All parts as one message: the last one's id, the gravest one's level, the words of all."""
    if not rest:
        return first
    parts = [first, *rest]
    gravest = max(parts, key=lambda part: RANK[part.level])
    return replace(
        rest[-1],
        text=" ".join(part.text for part in parts),
        level=gravest.level,
        suicide=all(part.suicide for part in parts if part.level == gravest.level),
        language=rest[-1].language if rest[-1].level == gravest.level else gravest.language,
        opens_session=any(part.opens_session for part in parts),
        screened=all(part.screened for part in parts),
        reminds=any(part.reminds for part in parts),
        case=next((part.case for part in reversed(parts) if part.case), None),
        mine=first.mine,
        led=any(part.led for part in parts),
        suspected=max((part.suspected for part in parts), key=lambda level: RANK[level]),
        named=[sign for part in parts for sign in part.named],
        earlier=tuple(part.id for part in parts[:-1]),
    )


def following(message: Message) -> list[Message]:
    """The unanswered messages that go on with `message`, oldest first."""
    later = Message.objects.select_related("conversation", "reason").filter(
        UNANSWERED, conversation_id=message.conversation_id, seq__gt=message.seq, inbound=True
    )
    found: list[Message] = []
    last = message.pk
    for one in later.order_by("seq")[:MOST_PARTS]:
        if (one.reason.verdict or {}).get(CONTINUES) != last:
            break
        found.append(one)
        last = one.pk
    return found
