"""Finds conversations by what was said in them. Driven by an index in every case: newest first, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from console.models import Reviewed
from intake.inbound import storable
from transcripts import search
from transcripts.models import ALARMING, UNSURE, Conversation, Message

PAGE = 40
CHUNK = 400
MOST_CHUNKS = 25  # after which a search that finds too little says so
EARLIEST, LATEST = 1990, 3000  # years
UNKNOWN = "nlu_fallback"
ANSWERED = {"understood": "Answered", "unknown": "Not understood", "refused": "Refused", "unsure": "Low confidence"}


@dataclass(frozen=True)
class Filters:
    """What the page's form holds; "" for all."""

    q: str = ""
    channel: str = ""
    level: str = ""
    answered: str = ""
    subject: str = ""
    language: str = ""
    since: str = ""
    until: str = ""
    reviewed: str = ""

    @classmethod
    def of(cls, given: Any) -> Filters:
        return cls(**{field.name: storable(str(given.get(field.name) or "")).strip()[:200] for field in fields(cls)})

    @property
    def of_messages(self) -> bool:
        """Whether single messages decide."""
        return any((self.q, self.level, self.answered, self.subject))


@dataclass(frozen=True)
class Found:
    """A conversation, and its newest message that fits, or the patient's last one."""

    conversation: Conversation
    message: Message | None


@dataclass(frozen=True)
class Page:
    """`next`: where the following page begins; "" at the end. `cut`: there may be more, too far back to look."""

    found: Sequence[Found]
    next: str
    cut: bool = False


def page(filters: Filters, start: str = "") -> Page:
    """The newest conversations that fit, from `start` on."""
    return _by_message(filters, start) if filters.of_messages else _by_conversation(filters, start)


def _by_conversation(filters: Filters, start: str) -> Page:
    found = Conversation.objects.filter(_conversations(filters, ""), last_heard_at__isnull=False)
    since, until = day(filters.since), day(filters.until)
    if since:
        found = found.filter(last_heard_at__gte=since)
    if until:
        found = found.filter(last_heard_at__lt=until + timedelta(days=1))
    before = moment(start)
    if before:
        found = found.filter(last_heard_at__lt=before)
    rows = list(_reviewed(found, filters, "pk").order_by("-last_heard_at")[: PAGE + 1])
    following = rows[PAGE - 1].last_heard_at if len(rows) > PAGE else None
    last = _last_heard(rows[:PAGE])
    return Page([Found(row, last.get(row.pk)) for row in rows[:PAGE]], following.isoformat() if following else "")


def _last_heard(conversations: Sequence[Conversation]) -> dict[str, Message]:
    """Conversation → the patient's last message in it."""
    newest = Message.objects.filter(conversation=OuterRef("pk"), inbound=True).order_by("-seq").values("pk")[:1]
    numbers = Conversation.objects.filter(pk__in=[one.pk for one in conversations]).values_list(Subquery(newest), flat=True)
    return {one.conversation_id: one for one in Message.objects.filter(pk__in=list(numbers))}


def _by_message(filters: Filters, start: str) -> Page:
    """Walks from the newest fitting message back, and keeps each conversation once."""
    newest: dict[str, int] = {}
    last, chunks = int(start) if start.isdecimal() and len(start) < 19 else search.NEWEST, 0
    for number, conversation in _fitting(filters, last):
        if number < 0:
            chunks = -number
            continue
        if conversation not in newest and len(newest) == PAGE:
            return _page_of(newest, str(last))
        newest.setdefault(conversation, number)
        last = number
    return _page_of(newest, "", cut=chunks >= MOST_CHUNKS)


def _page_of(newest: dict[str, int], following: str, *, cut: bool = False) -> Page:
    conversations = Conversation.objects.in_bulk(list(newest))
    messages = Message.objects.in_bulk(list(newest.values()))
    found = [Found(conversations[key], messages[number]) for key, number in newest.items()]
    return Page(found, following, cut)


def _fitting(filters: Filters, before: int) -> Iterator[tuple[int, str]]:
    """(message, conversation) newest first; a negative number says how many chunks were read."""
    for chunk in range(MOST_CHUNKS):
        rows = _messages(filters, before)
        if filters.q:
            numbers = search.find(filters.q, before=before, limit=CHUNK)
            more, before = len(numbers) == CHUNK, numbers[-1] if numbers else 0
            found = list(rows.filter(pk__in=numbers).order_by("-pk").values_list("pk", "conversation_id"))
        else:
            key = _key(filters)
            found = list(rows.filter(**{f"{key}__lt": before}).order_by(f"-{key}").values_list("pk", "conversation_id")[:CHUNK])
            more, before = len(found) == CHUNK, found[-1][0] if found else 0
        yield from found
        if not more:
            return
        yield -(chunk + 1), ""


def _key(filters: Filters) -> str:
    """The column that the index which drives the search is ordered by: SQLite sorts everything when it is named otherwise."""
    return "reason__message_id" if filters.subject or filters.answered == "unknown" else "pk"


def _messages(filters: Filters, before: int) -> QuerySet[Message]:
    found = Message.objects.filter(_conversations(filters, "conversation__"))
    if not filters.q:
        found = found.filter(inbound__in=[True])
    if filters.level:
        found = found.filter(ALARMING, level=filters.level)  # in the index's own words, so that SQLite uses it
    if filters.subject:
        found = found.filter(reason__intent=filters.subject)
    found = _answered(found, filters.answered)
    since, until = day(filters.since), day(filters.until)
    if since:
        found = found.filter(created_at__gte=since)
    if until:
        found = found.filter(created_at__lt=until + timedelta(days=1))
    return _reviewed(found, filters, "conversation_id")


def _answered(found: QuerySet[Message], wanted: str) -> QuerySet[Message]:
    if wanted == "unknown":
        return found.filter(reason__intent=UNKNOWN)
    if wanted == "refused":
        return found.filter(reason__intent__startswith="outside/")
    if wanted == "unsure":
        return found.filter(reason__confidence__lt=UNSURE)
    if wanted == "understood":
        return found.filter(reason__isnull=False).exclude(reason__intent__in=[UNKNOWN, ""])
    return found


def _conversations(filters: Filters, prefix: str) -> Q:
    fits = {f"{prefix}kind": "patient"}
    if filters.channel:
        fits[f"{prefix}channel"] = filters.channel
    if filters.language:
        fits[f"{prefix}language"] = filters.language
    return Q(**fits)


def _reviewed(found: QuerySet[Any], filters: Filters, key: str) -> QuerySet[Any]:
    """A conversation counts as reviewed up to the message that was its last one then."""
    if filters.reviewed not in ("yes", "no"):
        return found
    seq = F("conversation__last_seq")
    read = Exists(Reviewed.objects.filter(conversation_id=OuterRef(key), seq__gte=seq))
    return found.filter(read) if filters.reviewed == "yes" else found.filter(~read)


def day(written: str) -> datetime | None:
    """The begin of that day in the clinic's zone; None when it is no date, or none that a clinic could mean."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return datetime.combine(found, time.min, settings.CLINIC.time_zone) if EARLIEST <= found.year <= LATEST else None


def moment(written: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found if found.tzinfo else None
