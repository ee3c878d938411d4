"""Finds stored replies that have no texts yet and plans their texts: once for each, in the order of the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from channels.sms.compose import Composed, compose
from channels.sms.models import PLACES_PER_MESSAGE, Delivery
from transcripts.models import Message
from wording import Words

CHANNEL = "sms"
AT_ONCE = 200  # replies
# A reply this old was committed long ago: no transaction that is still open can bring one with a smaller number.
SETTLED = timedelta(minutes=2)


class Planner:
    """Remembers up to where all replies have their texts. A new one begins at the first reply: a restart misses none."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._all_done = 0

    def unplanned(self) -> list[Message]:
        """Replies without texts, oldest first."""
        found = Message.objects.filter(pk__gt=self._all_done, inbound=False, conversation__channel=CHANNEL)
        without = found.exclude(Exists(Delivery.objects.filter(message=OuterRef("pk"))))
        return list(without.select_related("conversation").order_by("pk")[:AT_ONCE])

    def plan(self, replies: Sequence[Message], now: datetime) -> None:
        """Stores the texts of `replies`; those that another sender has planned stay as they are."""
        rows = [row for reply in replies for row in self._rows(reply, now)]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)

    def remember(self, now: datetime) -> None:
        """Call it when nothing is unplanned: older replies need not be looked at again."""
        settled = Message.objects.filter(pk__gt=self._all_done, created_at__lt=now - SETTLED).order_by("-pk")
        self._all_done = settled.values_list("pk", flat=True).first() or self._all_done

    def _rows(self, reply: Message, now: datetime) -> list[Delivery]:
        made = self._composed(reply)
        return [
            Delivery(
                conversation_id=reply.conversation_id,
                message=reply,
                part=part,
                place=reply.seq * PLACES_PER_MESSAGE + part,
                key=f"{reply.pk}-{part}",
                text=text,
                rest=made.rest if part == len(made.texts) - 1 else "",
                choices=list(made.choices) if part == len(made.texts) - 1 else [],
                due_at=now,
                created_at=now,
            )
            for part, text in enumerate(made.texts)
        ]

    def _composed(self, reply: Message) -> Composed:
        language = "es" if reply.response.endswith("_es") else reply.conversation.language
        whole = reply.reply_to_id is None  # later words: a person's, or about a case
        return compose(reply.text, self._words, language=language, level=reply.level, whole=whole, buttons=reply.buttons)
