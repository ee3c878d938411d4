"""Knows when a conversation has grown, whoever wrote the line: one small query a moment for all who listen.

Other rooms only append rows to transcripts; nobody has to tell this one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import batched
from typing import TYPE_CHECKING

import structlog
from django.db import Error

from transcripts.history import last_numbers

if TYPE_CHECKING:
    from intake.front_desk import FrontDesk

logger = structlog.stdlib.get_logger(__name__)

LOOK = 0.5  # seconds between two looks
AT_ONCE = 500  # conversations in one query
MOST_LISTENERS = 2_000
MOST_OF_ONE = 5  # open tabs of one patient; the oldest makes room
GONE = -1


class Crowded(Exception):
    """More listeners than one process serves. Worth another try, later."""

    permanent = False


class Listener:
    """Somebody who waits for lines after `after`."""

    def __init__(self, conversation: str, after: int) -> None:
        self.conversation = conversation
        self.after = after
        self.closed = False
        self._event = asyncio.Event()

    async def grown(self, seconds: float) -> bool:
        """Waits until something is new, or for so many seconds; whether something is."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        self._event.clear()
        return True

    def wake(self) -> None:
        self._event.set()

    def close(self) -> None:
        self.closed = True
        self.wake()


class Tail:
    """All listeners of this process. It looks only while somebody listens."""

    def __init__(self, desk: FrontDesk) -> None:
        self._desk = desk
        self._listeners: dict[str, list[Listener]] = {}
        self._looking: asyncio.Task[None] | None = None

    @contextmanager
    def listener(self, conversation: str, after: int) -> Iterator[Listener]:
        """A listener for as long as the block lasts; raises Crowded."""
        if sum(map(len, self._listeners.values())) >= MOST_LISTENERS:
            raise Crowded
        own = self._listeners.setdefault(conversation, [])
        if len(own) >= MOST_OF_ONE:
            own[0].close()
        one = Listener(conversation, after)
        own.append(one)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_for_ever())
        try:
            yield one
        finally:
            own.remove(one)
            if not own:
                self._listeners.pop(conversation, None)

    def close(self) -> None:
        """Ends every listener: a server that stops would wait for them."""
        for own in self._listeners.values():
            for one in own:
                one.close()

    async def _look_for_ever(self) -> None:
        while self._listeners:
            for some in batched(list(self._listeners), AT_ONCE):
                try:
                    numbers = await self._desk.in_database(last_numbers, some)
                except Error as problem:
                    logger.error("web.tail_unread", problem=type(problem).__name__)
                    continue
                for conversation in some:
                    self._tell(conversation, numbers.get(conversation, GONE))
            await asyncio.sleep(LOOK)

    def _tell(self, conversation: str, last: int) -> None:
        for one in self._listeners.get(conversation, ()):
            if last == GONE or last > one.after:
                one.wake()
