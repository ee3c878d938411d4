"""Times the console's pages inside the server, on the database at hand. Not for a database that patients use: it writes to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from intake import record
from intake.inbound import Inbound
from transcripts.models import Conversation

WORDS = ("fever", "tired", "how long does it", "blood", "insurance", "thing", "zzzz", "does nk-92 cure", "fiebre", "chest pain since", "the", "my blood")
FILTERS = (
    "", "channel=sms", "level=emergency", "answered=unknown", "answered=unsure", "answered=refused", "language=es", "reviewed=no",
    "subject=education/fatigue", "level=urgent&channel=sms&language=es", "since=2026-01-01&until=2026-02-01", "subject=education/none",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """Milliseconds. `worst_of`: which of the kinds of request was slowest at the median."""

    name: str
    median: float
    slowest: float
    worst_of: str


def signed_in() -> Client:
    """A client of a made-up coordinator."""
    user, _ = User.objects.get_or_create(username="measuring")
    user.groups.set(Group.objects.filter(name="coordinator"))
    device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=True)
    client = Client(headers={"Host": "127.0.0.1"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def figures(rounds: int) -> list[Figure]:
    """Queue, list, search, conversation page; and writing a message."""
    client = signed_in()
    some = list(Conversation.objects.order_by("-last_heard_at").values_list("pk", flat=True)[: 200 : 200 // 10])

    def get(where: str) -> Callable[[], None]:
        def asked() -> None:
            status = client.get(where, secure=False).status_code
            assert status == 200, f"{where}: {status}"

        return asked

    kinds = {
        "queue": {"queue": get("/console/queue")},
        "conversation page": {one: get(f"/console/conversations/{one}") for one in some},
        "search": {word: get(f"/console/conversations?q={word}") for word in WORDS},
        "list with filters": {one or "all": get(f"/console/conversations?{one}") for one in FILTERS},
        "writing a message": {"a message": _written()},
    }
    return [_figure(name, calls, rounds if len(calls) > 1 else rounds * 10) for name, calls in kinds.items()]


def _written() -> Callable[[], None]:
    number = 0

    def write() -> None:
        nonlocal number
        number += 1
        record.record(Inbound(conversation, "web", f"measuring{number}", "how long will I be tired after the infusion"))

    conversation = record.open_conversation("web")
    return write


def _figure(name: str, calls: dict[str, Callable[[], None]], rounds: int) -> Figure:
    took: dict[str, list[float]] = {}
    for what, call in calls.items():
        call()
        for _ in range(rounds):
            began = time.perf_counter()
            call()
            took.setdefault(what, []).append((time.perf_counter() - began) * 1000)
    medians = {what: median(times) for what, times in took.items()}
    worst = max(medians, key=lambda what: medians[what])
    everything = [one for times in took.values() for one in times]
    return Figure(name, median(everything), medians[worst], worst)
