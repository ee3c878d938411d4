"""Runs the life of a message: record, wait for the patient's turn, ask Rasa, store the replies, hand them back.

A message's work belongs to the desk, not to the request that brought it: a closed connection stops nothing.
"""
from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Callable, Sequence, TypeVar

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from intake import record as inbox
from intake.ask import Rasa
from intake.inbound import Inbound, Recorded
from intake.words import Words, with_care
from transcripts.history import Line, replies_to

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
LOOK_AGAIN = 0.05  # seconds between two looks whether a waiting message's turn has come
SWEEP = 2.0  # seconds between two looks for messages that a crash left
LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Exchange:
    """A stored message with its replies."""

    message: Recorded
    replies: Sequence[Line]


class FrontDesk:
    """One per process. All database work runs in one thread, on one connection: SQLite has one writer anyway."""

    def __init__(self, rasa: Rasa, words: Words, *, patience: float) -> None:
        self.rasa = rasa
        self.words = words
        self._patience = patience
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._work: dict[int, asyncio.Task[None]] = {}
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Takes up what a crash left, now and ever after."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
        if self._work:
            await asyncio.wait(list(self._work.values()), timeout=5)
        await self.rasa.close()
        self._database.shutdown(wait=True)

    async def in_database(self, work: Callable[..., Result], *given: object) -> Result:
        """Runs `work` in the database thread."""
        return await asyncio.get_running_loop().run_in_executor(self._database, work, *given)

    async def receive(self, inbound: Inbound) -> Exchange:
        """Stores the message and gives its replies; the same message again gives the same replies."""
        message = await self.in_database(inbox.record, inbound)
        if not message.answered:
            await asyncio.shield(self._answering(message))
        return Exchange(message, await self.in_database(replies_to, message.id))

    def _answering(self, message: Recorded) -> asyncio.Task[None]:
        task = self._work.get(message.id)
        if task is None:
            task = asyncio.create_task(self._answer(message))
            self._work[message.id] = task
            task.add_done_callback(lambda _: self._work.pop(message.id, None))
        return task

    async def _answer(self, message: Recorded) -> None:
        mine = message if message.mine else await self._turn(message)
        if mine.answered:
            return
        waited = (timezone.now() - mine.received_at).total_seconds() if message.fresh else 0.0
        answer = await self.rasa.answer(mine, seconds=self._patience - waited)
        replies = with_care(mine, answer.replies, self.words)
        if not await self.in_database(inbox.store_replies, mine, replies, answer):
            logger.info("intake.answered_elsewhere message=%d", mine.id)

    async def _turn(self, message: Recorded) -> Recorded:
        """Waits until every earlier message of the patient is answered; a lease ends in ten seconds by itself."""
        until = time.monotonic() + LONGEST_WAIT
        while time.monotonic() < until:
            mine = await self.in_database(inbox.claim, message.id)
            if mine is not None:
                return mine
            await asyncio.sleep(LOOK_AGAIN)
        raise TimeoutError(f"message {message.id} never had its turn")

    async def _sweep(self) -> None:
        while True:
            try:
                for number in await self.in_database(inbox.left_behind):
                    await self._take_up(number)
            except DatabaseError:
                logger.exception("intake.sweep_failed")
            await asyncio.sleep(SWEEP)

    async def _take_up(self, number: int) -> None:
        if number in self._work:
            return
        message = await self.in_database(inbox.claim, number)
        if message is not None and not message.answered:
            logger.info("intake.taken_up message=%d", number)
            await self._answering(message)


@lru_cache(maxsize=1)
def desk() -> FrontDesk:
    """The desk of this process, by the settings."""
    words = Words.load(settings.WORDS, settings.CLINIC)
    return FrontDesk(Rasa(settings.GATEWAY_URL, settings.GATEWAY_SECRET), words, patience=settings.PATIENCE_SECONDS)
