"""Stores a message and its replies in one transaction, without Rasa: for words that a channel itself understands (STOP)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django.db import transaction

from intake import outcome
from intake.inbound import Answer, Inbound, Recorded
from intake.record import record
from wording import Reply

SETTLED = "settled"  # the outcome that is kept, in place of Rasa's


def settle(inbound: Inbound, replies: Callable[[Recorded], Sequence[Reply]]) -> Recorded:
    """The stored message; the same external id again changes nothing and says nothing."""
    with transaction.atomic():
        message = record(replace(inbound, read=False))
        if message.fresh:
            outcome.store_replies(message, replies(message), Answer(SETTLED))
            message = replace(message, answered=True, mine=False)
    return message
