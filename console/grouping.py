"""What is worth a look and has no verdict yet, like messages together: not understood, refused, unsure, flagged, or with a symptom
that was taken as no more than spoken of. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from rapidfuzz import fuzz, process

from console.find import UNKNOWN
from console.models import Flag
from transcripts.models import UNSURE, Message

KINDS = {
    "unknown": "Not understood", "refused": "Refused", "unsure": "Low confidence", "named": "Symptom spoken of", "flagged": "Flagged",
}  # fmt: skip
LOOKED_AT = 300
ALIKE = 82.0  # of 100: share of words in common, in any order
SHOWN = 5


@dataclass(frozen=True)
class Group:
    """Messages that ask for the same. `first` stands for them."""

    messages: Sequence[Message]

    @property
    def first(self) -> Message:
        return self.messages[0]

    @property
    def others(self) -> Sequence[Message]:
        """Those that say it in other words."""
        by_text = {message.text: message for message in reversed(self.messages)}
        by_text.pop(self.first.text, None)
        return list(by_text.values())[:SHOWN]

    @property
    def ids(self) -> str:
        return ",".join(str(message.pk) for message in self.messages)


def groups(kind: str) -> list[Group]:
    """The newest LOOKED_AT messages of that kind, largest group first."""
    order = "-reason__message_id" if kind == "unknown" else "-pk"  # of the index that finds them
    messages = list(_waiting(kind).select_related("reason").order_by(order)[:LOOKED_AT])
    return sorted(_alike(messages), key=lambda group: -len(group.messages))


def waiting(kind: str) -> int:
    """How many messages of that kind have no verdict, counted up to LOOKED_AT."""
    return _waiting(kind).order_by()[:LOOKED_AT].count()


def _waiting(kind: str) -> QuerySet[Message]:
    found = Message.objects.filter(inbound=True, conversation__kind="patient", opinion__isnull=True)
    if kind == "unknown":
        return found.filter(reason__intent=UNKNOWN)
    if kind == "refused":
        return found.filter(reason__intent__startswith="outside/")
    if kind == "unsure":
        return found.filter(reason__confidence__lt=UNSURE).exclude(reason__intent=UNKNOWN)
    if kind == "named":
        return found.filter(reason__set_aside=True)
    return found.filter(pk__in=Flag.objects.values("message_id"))


def _alike(messages: Sequence[Message]) -> list[Group]:
    """Each message goes to the first group whose first message is like it."""
    heads: list[str] = []
    found: list[list[Message]] = []
    for message in messages:
        text = message.text.lower().strip()[:400]
        best = process.extractOne(text, heads, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        if best is None:
            heads.append(text)
            found.append([message])
        else:
            found[best[2]].append(message)
    return [Group(one) for one in found]
