"""Stores messages that come in at the same time with one commit: the disk is waited for once, not once for each.

Each has a savepoint of its own, so that one that fails takes no other with it. Nobody is told "stored" before the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from django.db import transaction

from intake.inbound import Recorded

MOST = 20  # messages in one commit
Take = Callable[[], Recorded]
Outcome = Recorded | Exception
InDatabase = Callable[[Callable[[Sequence[Take]], list[Outcome]], Sequence[Take]], Awaitable[list[Outcome]]]


class Batch:
    """`in_database` runs the work in the database thread."""

    def __init__(self, in_database: InDatabase) -> None:
        self._in_database = in_database
        self._waiting: list[tuple[Take, asyncio.Future[Recorded]]] = []
        self._running: asyncio.Task[None] | None = None

    async def store(self, take: Take) -> Recorded:
        """What `take` stored, once it is committed; raises what it raised, or why the commit failed."""
        done: asyncio.Future[Recorded] = asyncio.get_running_loop().create_future()
        self._waiting.append((take, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await done

    async def _run(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                outcomes = await self._in_database(_in_one_commit, [take for take, _ in now])
            except Exception as problem:  # whatever it is, each of those who wait must hear of it
                outcomes = [problem] * len(now)
            for (_, done), outcome in zip(now, outcomes, strict=True):
                if isinstance(outcome, Exception):
                    done.set_exception(outcome)
                else:
                    done.set_result(outcome)


def _in_one_commit(takes: Sequence[Take]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    with transaction.atomic():
        for take in takes:
            try:
                with transaction.atomic():
                    outcomes.append(take())
            except Exception as problem:  # handed to its own caller
                outcomes.append(problem)
    return outcomes
