"""The loop of the worker process: heartbeat, due notices, repeated rounds. Wired by service/management/commands/worker.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from escalation import heartbeat, outbox, rounds
from escalation.models import Notice
from notify import Notifier
from wording import Words

logger = structlog.stdlib.get_logger(__name__)

PAUSE = 0.25  # seconds between two looks at the outbox
BEAT = timedelta(seconds=5)
SENDERS = 4  # a recipient that hangs must not keep the others waiting


class Worker:
    """`run` until `stop`. One failed round is logged and the next one tried: notices wait in the database."""

    def __init__(self, notifier: Notifier, words: Words, beat: Path) -> None:
        """`beat`: a file that is touched in every round, so that whoever started the process sees that it moves."""
        self._notifier = notifier
        self._words = words
        self._beat = beat
        self._senders = ThreadPoolExecutor(max_workers=SENDERS, thread_name_prefix="sender")
        self._stopping = False
        self._beaten: datetime | None = None

    def stop(self) -> None:
        self._stopping = True

    def run(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self._beat.parent.mkdir(parents=True, exist_ok=True)
        while not self._stopping:
            self._beat.touch()
            try:
                self.round(timezone.now())
            except Error as problem:
                logger.error("worker.round_failed", problem=type(problem).__name__)
                connection.close_if_unusable_or_obsolete()
            sleep(PAUSE)
        self._senders.shutdown(wait=True, cancel_futures=True)

    def round(self, now: datetime) -> int:
        """One look at everything; gives how many notices were taken in hand."""
        if self._beaten is None or now - self._beaten >= BEAT:
            heartbeat.beat(heartbeat.WORKER, now)
            rounds.repeat_unseen(now)
            rounds.reopen_forgotten(now)
            rounds.sweep_canaries(now)
            self._beaten = now
        taken = outbox.take_due(now)
        for notice in taken:
            self._senders.submit(self._deliver, notice)
        return len(taken)

    def _deliver(self, notice: Notice) -> None:
        try:
            outbox.deliver(notice, self._notifier, self._words, timezone.now())
        except Exception as problem:  # the outermost edge of a thread: the lease ends and the notice is tried again
            logger.error("worker.delivery_failed", notice=notice.key, problem=type(problem).__name__)
        finally:
            close_old_connections()
