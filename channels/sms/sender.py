"""The loop that sends texts, in the worker process: plans, takes, sends, writes down. Wired by the worker command.

At least once: a sender that dies between the provider's yes and our record leaves a lease that runs out; the next one asks
the provider for a text of that key before it sends it again.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from django.db import Error, close_old_connections, connection, transaction
from django.utils import timezone

from channels.sms import deliveries
from channels.sms.configuration import Texting
from channels.sms.deliveries import Tried
from channels.sms.models import Delivery
from channels.sms.planning import Planner
from channels.sms.providers.interface import NotSent, Outgoing, Provider
from wording import Words

logger = structlog.stdlib.get_logger(__name__)

PAUSE = 0.1  # seconds between two looks
AT_A_TIME = 8  # texts under way, each to another patient


class Sender:
    """`start` and `stop` once each; `round` is one look, for tests."""

    def __init__(self, provider: Provider, words: Words, texting: Texting) -> None:
        self._provider = provider
        self._texting = texting
        self._planner = Planner(words)
        self._tried: queue.Queue[Tried] = queue.Queue()
        self._under_way = 0
        self._threads = ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix="texts")
        self._stopping = threading.Event()
        self._loop = threading.Thread(target=self.run, name="sms-sender")

    def start(self) -> None:
        self._loop.start()

    def stop(self) -> None:
        """Lets the texts under way end and writes them down."""
        self._stopping.set()
        self._loop.join()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._safely(wait=PAUSE)
        self._threads.shutdown(wait=True)
        self._safely(wait=0, send=False)
        connection.close()

    def _safely(self, *, wait: float, send: bool = True) -> None:
        done = self._finished(wait)
        try:
            self.round(done, send=send)
        except Exception as problem:  # the outermost edge: a sender that dies leaves every patient without texts
            logger.error("sms.round_failed", problem=type(problem).__name__)
            for tried in done:
                self._tried.put(tried)
                self._under_way += 1
            if isinstance(problem, Error):
                connection.close_if_unusable_or_obsolete()
            self._stopping.wait(PAUSE)

    def round(self, done: list[Tried] | None = None, *, send: bool = True) -> int:
        """Writes down what is done and takes what is due, in one transaction; gives how many texts it took in hand."""
        now = timezone.now()
        replies = self._planner.unplanned()
        room = AT_A_TIME - self._under_way if send else 0
        if not (replies or done or (room and deliveries.due(now).exists())):
            self._planner.remember(now)
            return 0
        with transaction.atomic():
            for tried in done or ():
                deliveries.write_down(tried)
            self._planner.plan(replies, now)
            taken = deliveries.take(now, most=room, safety_after_stop=self._texting.safety_after_stop) if room else []
        for delivery in taken:
            self._under_way += 1
            self._threads.submit(self._try, delivery)
        return len(taken)

    def _finished(self, wait: float) -> list[Tried]:
        """What the threads have done, waiting at most `wait` seconds for the first."""
        done: list[Tried] = []
        try:
            done.append(self._tried.get(timeout=wait) if wait else self._tried.get_nowait())
            while True:
                done.append(self._tried.get_nowait())
        except queue.Empty:
            self._under_way -= len(done)
            return done

    def _try(self, delivery: Delivery) -> None:
        try:
            self._tried.put(attempt(self._provider, delivery))
        except Exception as problem:  # the outermost edge of a thread
            logger.error("sms.try_failed", delivery=delivery.key, problem=type(problem).__name__)
            self._tried.put(Tried(delivery, timezone.now(), problem=NotSent("fault", unsure=True)))
        finally:
            close_old_connections()


def attempt(provider: Provider, delivery: Delivery) -> Tried:
    """Sends one text; one that may have gone out before is looked for first."""
    text = Outgoing(delivery.key, delivery.conversation.callback, delivery.text)
    try:
        before = provider.find(text, since=delivery.created_at) if delivery.unsure else ""
        return Tried(delivery, timezone.now(), provider_id=before or provider.send(text))
    except NotSent as problem:
        return Tried(delivery, timezone.now(), problem=problem)
