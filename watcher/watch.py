"""One look after another; says a technical alarm once for each fault, again while it lasts, and when it is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from clinic import Watch
from notify import Letter, NotDelivered, Notifier
from watcher.patient import CanaryPatient, Silent
from watcher.recipient import Recipient

logger = logging.getLogger("watcher")

AGAIN = 600.0  # seconds after which a fault that lasts is said again
Clock = Callable[[], float]


@dataclass
class Watcher:
    """`addresses`: who is told of a fault. `said`: part → when it was said last."""

    patient: CanaryPatient
    recipient: Recipient
    watch: Watch
    addresses: Sequence[str]
    notifier: Notifier
    clock: Clock = time.monotonic
    said: dict[str, float] = field(default_factory=dict)

    def look(self) -> Silent | None:
        """Sends the made-up alarm and waits for it; gives what is wrong, or None."""
        try:
            self.patient.look()
            case = self.patient.report()
            if not self.recipient.wait(case, self.watch.grace.total_seconds()):
                raise Silent("worker", f"the made-up alarm did not arrive within {self.watch.grace.total_seconds():.0f} seconds")
        except Silent as problem:
            return problem
        return None

    def round(self) -> Silent | None:
        """One look, and what follows from it."""
        problem = self.look()
        if problem is None:
            for part in list(self.said):
                self._tell(f"over: {part}", f"{part} works again; a made-up alarm arrived.")
            self.said.clear()
        elif self.clock() - self.said.get(problem.part, -AGAIN) >= AGAIN:
            self.said[problem.part] = self.clock()
            self._tell(f"ALERTING IMPAIRED: {problem.part}", f"{problem}. Patients' alarms may not arrive. Answer the telephone lines.")
        return problem

    def _tell(self, title: str, body: str) -> None:
        for address in self.addresses:
            try:
                self.notifier.send(address, Letter(f"technical-{int(time.time())}", f"Technical: {title}", body))
            except NotDelivered as problem:
                logger.error("technical alarm not delivered: %s", problem)
        logger.warning("technical %s", title)
