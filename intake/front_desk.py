"""Runs the life of a message: record, wait for its turn, ask Rasa, store the replies, hand them back.

A message's work belongs to the desk, not to the request that brought it: a closed connection stops nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, TypeVar

import structlog
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

import triage
from escalation.cases import RAISES_A_CASE, file_now
from intake import handoff, outcome, understood
from intake import record as inbox
from intake.ask import Rasa
from intake.batch import Batch
from intake.care import with_care
from intake.inbound import Answer, Inbound, Recorded
from transcripts.history import Line, replies_to
from transcripts.models import Conversation
from wording import Words

logger = structlog.stdlib.get_logger(__name__)

Result = TypeVar("Result")
LOOK_AGAIN = 0.05  # seconds before a second look at a turn that another process holds, then longer
LOOK_AGAIN_AT_LAST = 0.5
SWEEP = 1.0  # seconds between two looks for messages that a crash left
TAKEN_UP_AT_ONCE = 8  # conversations
LONGEST_WAIT = 40.0  # for a turn: several leases of processes that died one after the other
LED = Answer("led")  # a person is writing: Rasa is not asked, triage is
BEHIND = Answer("behind")  # an alarm behind a message that Rasa is busy with: our own words, Rasa is not asked
ALARM_WAITS = 1.0  # second for its turn; Rasa, when well, answers in a fiftieth of that
LAST_WORK = 9.0  # seconds that a stop leaves to the messages in work


class NotSaved(Exception):
    """The message could not be stored: nobody has it. Worth another try."""

    permanent = False


@dataclass(frozen=True)
class Exchange:
    """A stored message with its replies."""

    message: Recorded
    replies: Sequence[Line]


class FrontDesk:
    """One per process. All database work runs in one thread: SQLite has one writer anyway."""

    def __init__(self, rasa: Rasa, words: Words, *, patience: float) -> None:
        self.rasa = rasa
        self.words = words
        self._patience = patience
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="database")
        self._tasks: set[asyncio.Task[Any]] = set()
        self._answering: dict[int, asyncio.Task[Sequence[Line] | None]] = {}
        self._turn_ends: dict[str, asyncio.Event] = {}
        self._held: dict[str, datetime] = {}
        self._patient = asyncio.Lock()
        self._batch = Batch(self.in_database)
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Proves that the tables are there, then takes up what a crash left, now and ever after."""
        await self.in_database(Conversation.objects.filter(id="").exists)
        self._start(self.in_database(triage.load))  # takes a second, which no patient should wait
        self._sweeper = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        if self._sweeper:
            self._sweeper.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=LAST_WORK)
        await self.rasa.close()
        self._database.shutdown(wait=True)

    async def in_database(self, work: Callable[..., Result], *given: object) -> Result:
        """Runs `work` in the database thread; a connection that broke is replaced before the next work."""
        return await asyncio.get_running_loop().run_in_executor(self._database, _guarded, work, given)

    async def receive(self, inbound: Inbound) -> Exchange:
        """The stored message and its replies; the same message again gives the same ones. Raises NotSaved."""
        return await asyncio.shield(self._start(self._exchange(inbound)))

    async def accept(self, take: Callable[[], Recorded]) -> Recorded:
        """The message that `take` stored; its replies follow by themselves, into the record. Raises NotSaved."""
        return await asyncio.shield(self._start(self._accept(take)))

    async def _accept(self, take: Callable[[], Recorded]) -> Recorded:
        try:
            message = await self._batch.store(take)
        except Error as problem:
            logger.error("intake.not_saved", problem=type(problem).__name__)
            raise NotSaved from problem
        if message.answered or not message.fresh:
            return message
        if message.held_until:
            self._held[message.conversation] = message.held_until
        elif self._held.pop(message.conversation, None):
            self._wake(message.conversation)
        self._work_on(message)
        return message

    async def _exchange(self, inbound: Inbound) -> Exchange:
        try:
            message = await self.in_database(inbox.record, inbound)
        except Error as problem:
            logger.error("intake.not_saved", conversation=inbound.conversation, problem=type(problem).__name__)
            raise NotSaved from problem
        replies = None if message.answered else await self._work_on(message)
        return Exchange(
            message, replies if replies is not None else await self.in_database(replies_to, message.id)
        )

    def _start(self, work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """A task that outlives the request which started it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_seen)
        return task

    def _work_on(self, message: Recorded) -> asyncio.Task[Sequence[Line] | None]:
        """The one task here that answers `message`; its result is None when another process did."""
        task = self._answering.get(message.id)
        if task is None:
            task = self._start(self._answer(message))
            self._answering[message.id] = task
            task.add_done_callback(lambda _: self._answering.pop(message.id, None))
        return task

    async def _answer(self, message: Recorded) -> Sequence[Line] | None:
        try:
            async with asyncio.timeout(ALARM_WAITS if message.level in RAISES_A_CASE else LONGEST_WAIT):
                mine = message if message.mine else await self._turn(message)
        except TimeoutError:
            if message.level not in RAISES_A_CASE:
                raise
            return await self._said(message, BEHIND)
        if mine.answered:
            return None
        try:
            answer = LED if mine.led else await self.rasa.answer(mine, seconds=self._patience - self._waited(message))
            return await self._said(mine, answer)
        finally:
            self._wake(mine.conversation)

    def _wake(self, conversation: str) -> None:
        """Those who wait for a turn in the conversation look again."""
        ended = self._turn_ends.pop(conversation, None)
        if ended:
            ended.set()

    async def _said(self, message: Recorded, answer: Answer) -> Sequence[Line] | None:
        message = await self._raised(message, answer)
        replies = with_care(message, answer.replies, self.words, now=timezone.now())
        lines = await self._patiently(outcome.store_replies, message, replies, answer)
        done = "intake.answered" if lines is not None else "intake.answered_elsewhere"
        logger.info(done, message=message.id, care=message.level, outcome=answer.outcome)
        return lines

    async def _raised(self, message: Recorded, answer: Answer) -> Recorded:
        """The message with the case that the assistant's own reading of it makes, where triage saw none."""
        report = understood.report_of(message, answer)
        if report is None:
            return message
        try:
            filed = await self.in_database(file_now, report)
        except Error as problem:
            logger.error("intake.case_not_saved", message=message.id, problem=type(problem).__name__)
            return message
        return understood.with_case(message, report, filed)

    def _waited(self, message: Recorded) -> float:
        """Seconds that a patient has waited; none for a message taken up again, whose patient has gone, and for one that
        was held: nobody keeps a connection open for it."""
        waits = message.fresh and message.held_until is None
        return (timezone.now() - message.received_at).total_seconds() if waits else 0.0

    async def _turn(self, message: Recorded) -> Recorded:
        """Waits until each earlier message of the patient is answered; a lease ends in ten seconds anyway."""
        pause = LOOK_AGAIN
        while True:
            ended = self._turn_ends.setdefault(message.conversation, asyncio.Event())
            held = self._still_held(message.conversation)
            if not held:
                mine = await self._patiently(inbox.claim, message.id)
                if mine is not None:
                    return mine
                pause = min(2 * pause, LOOK_AGAIN_AT_LAST)
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), held or pause)

    def _still_held(self, conversation: str) -> float:
        """Seconds for which the rest of a thought may still follow."""
        until = self._held.get(conversation)
        left = (until - timezone.now()).total_seconds() if until else 0.0
        if left <= 0:
            self._held.pop(conversation, None)
        return max(left, 0.0)

    async def _patiently(self, work: Callable[..., Result], *given: object) -> Result:
        """`in_database` for what can wait: one at a time, so that a message that comes in finds the thread free."""
        async with self._patient:
            return await self.in_database(work, *given)

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self._sweep()
            except (
                Exception
            ) as problem:  # the outermost edge: a sweeper that dies leaves patients without a reply
                logger.error("intake.sweep_failed", problem=type(problem).__name__)
            await asyncio.sleep(SWEEP)

    async def _sweep(self) -> None:
        """Ends overdue handoffs; answers what nobody is answering: patients beside each other, the messages of one in order."""
        await self.in_database(handoff.end_overdue, self.words)
        left = await self.in_database(inbox.left_behind)
        room = asyncio.Semaphore(TAKEN_UP_AT_ONCE)
        by_patient = groupby(left, key=lambda one: one.conversation)
        await asyncio.gather(
            *[self._take_up([one.id for one in messages], room) for _, messages in by_patient]
        )

    async def _take_up(self, messages: Sequence[int], room: asyncio.Semaphore) -> None:
        async with room:
            for number in messages:
                if number in self._answering:
                    return
                message = await self.in_database(inbox.stored, number)
                logger.info("intake.taken_up", message=number)
                await asyncio.shield(self._work_on(message))


def _guarded(work: Callable[..., Result], given: Sequence[object]) -> Result:
    try:
        return work(*given)
    except Error:
        connection.close_if_unusable_or_obsolete()
        raise


def _seen(task: asyncio.Task[Any]) -> None:
    """Keeps asyncio from printing what a task raised after its client had left: it may hold words."""
    problem = None if task.cancelled() else task.exception()
    if problem is not None and not getattr(problem, "permanent", False):
        logger.error("intake.work_failed", problem=type(problem).__name__)


@lru_cache(maxsize=1)
def desk() -> FrontDesk:
    """The desk of this process, by the settings."""
    words = Words.load(settings.WORDS, settings.CLINIC)
    return FrontDesk(
        Rasa(settings.GATEWAY_URL, settings.GATEWAY_SECRET), words, patience=settings.PATIENCE_SECONDS
    )
