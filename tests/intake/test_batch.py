from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from intake.batch import Batch
from intake.inbound import Inbound, Recorded
from intake.record import NoConversation, open_conversation, record
from tests.intake.messages import PLAIN
from transcripts.models import Message


class Thread:
    """Runs work as the desk's database thread does, and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self, work: Callable[..., Any], *given: object) -> Any:
        self.times += 1
        await asyncio.sleep(0.02)
        return await sync_to_async(work)(*given)


@pytest.mark.django_db(transaction=True)
async def test_messages_at_the_same_time_share_a_commit_and_one_that_fails_harms_no_other() -> None:
    thread = Thread()
    batch = Batch(thread)
    conversation = await sync_to_async(open_conversation)("web")

    def take(name: str) -> Callable[[], Recorded]:
        return lambda: record(Inbound(conversation if name != "lost" else "nobody", "web", name, "hello"))

    outcomes = await asyncio.gather(*[batch.store(take(name)) for name in ("a", "b", "lost", "b", "c")], return_exceptions=True)
    assert isinstance(outcomes[2], NoConversation)
    stored = [one for one in outcomes if isinstance(one, Recorded)]
    assert [one.fresh for one in stored] == [True, True, False, True]
    assert await Message.objects.acount() == 3
    assert thread.times <= 2


async def test_everybody_hears_of_a_commit_that_failed() -> None:
    async def broken(work: Callable[..., Any], *given: object) -> Any:
        raise OSError("disk")

    batch = Batch(broken)
    outcomes = await asyncio.gather(batch.store(lambda: replace(PLAIN)), batch.store(lambda: PLAIN), return_exceptions=True)
    assert [type(one) for one in outcomes] == [OSError, OSError]
