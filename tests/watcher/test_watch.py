"""A part that falls silent is said aloud, once, again while it lasts, and when it is over."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from clinic import Watch
from notify import RecordingNotifier
from watcher.patient import CanaryPatient, Silent
from watcher.recipient import Recipient
from watcher.watch import AGAIN, Watcher

WATCH = Watch(period=timedelta(seconds=1), grace=timedelta(seconds=0.2), tell=("technical",))
PARTS = {"service": True, "database": True, "rasa": True, "worker": True}


class FakeService:
    """Answers as the service does; `delivers`: whether its worker tells of the made-up case."""

    def __init__(self, recipient: Recipient) -> None:
        self.recipient = recipient
        self.parts = dict(PARTS)
        self.status = 200
        self.level = "emergency"
        self.text = "Call 911 now."
        self.delivers = True
        self.sessions = 0
        self.case = 1041

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.status != 200:
            return httpx.Response(self.status, json={})
        if request.url.path == "/health":
            return httpx.Response(200, json={"parts": self.parts})
        if request.url.path == "/api/session":
            self.sessions += 1
            return httpx.Response(201, json={"token": f"t{self.sessions}"})
        self.case += 1
        if self.delivers:
            self.recipient.hear(json.dumps({"title": f"EMERGENCY: case {self.case}", "message": "…"}).encode())
        saved = {"level": "none", "text": f"Your message is saved for your care team as case {self.case}."}
        return httpx.Response(200, json={"replies": [{"level": self.level, "text": self.text}, saved]})


@pytest.fixture
def recipient() -> Iterator[Recipient]:
    listening = Recipient(0)
    listening.start()
    yield listening
    listening.stop()


@pytest.fixture
def service(recipient: Recipient) -> FakeService:
    return FakeService(recipient)


@pytest.fixture
def told() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def hours() -> list[float]:
    return [1000.0]


@pytest.fixture
def watcher(recipient: Recipient, service: FakeService, told: RecordingNotifier, hours: list[float]) -> Watcher:
    patient = CanaryPatient("http://service", "secret", httpx.Client(transport=httpx.MockTransport(service)))
    return Watcher(patient, recipient, WATCH, ["mailbox://technical"], told, clock=lambda: hours[0])


def titles(told: RecordingNotifier) -> list[str]:
    return [letter.title for _, letter in told.sent]


def break_worker(service: FakeService) -> None:
    service.delivers = False


def break_rasa(service: FakeService) -> None:
    service.parts["rasa"] = False


def break_database(service: FakeService) -> None:
    service.parts["database"] = False


def break_service(service: FakeService) -> None:
    service.status = 503


def break_triage(service: FakeService) -> None:
    service.level = "none"


FAULTS: dict[str, Callable[[FakeService], None]] = {
    "worker": break_worker, "rasa": break_rasa, "database": break_database, "service": break_service, "triage": break_triage,
}  # fmt: skip


def test_alarm_that_arrives_tells_nobody(watcher: Watcher, service: FakeService, told: RecordingNotifier) -> None:
    assert watcher.round() is None and watcher.round() is None
    assert told.sent == [] and service.sessions == 1


@pytest.mark.parametrize("part", FAULTS)
def test_silent_part_is_named(watcher: Watcher, service: FakeService, told: RecordingNotifier, part: str) -> None:
    FAULTS[part](service)
    problem = watcher.round()
    assert isinstance(problem, Silent) and problem.part == part
    assert titles(told) == [f"Technical: ALERTING IMPAIRED: {part}"]


def test_lasting_fault_is_said_again_only_after_a_while(
    watcher: Watcher, service: FakeService, told: RecordingNotifier, hours: list[float]
) -> None:
    break_rasa(service)
    for later in (0, 60, AGAIN - 1):
        hours[0] = 1000.0 + later
        watcher.round()
    assert len(told.sent) == 1
    hours[0] = 1000.0 + AGAIN
    watcher.round()
    assert len(told.sent) == 2


def test_end_of_a_fault_is_said(watcher: Watcher, service: FakeService, told: RecordingNotifier) -> None:
    break_rasa(service)
    watcher.round()
    service.parts["rasa"] = True
    watcher.round()
    watcher.round()
    assert titles(told)[1:] == ["Technical: over: rasa"]


def test_session_that_is_over_is_opened_anew(watcher: Watcher, service: FakeService) -> None:
    watcher.round()
    service.status = 401
    assert watcher.round() is not None
    service.status = 200
    assert watcher.round() is None and service.sessions == 2


def test_recipient_hears_over_http_and_lets_nonsense_pass(recipient: Recipient) -> None:
    address = f"http://127.0.0.1:{recipient.port}/"
    httpx.post(address, content=b"nonsense")
    httpx.post(address, json=["EMERGENCY: case 5"])
    httpx.post(address, json={"title": "EMERGENCY: case 1042"})
    assert recipient.wait(1042, 1) and not recipient.wait(5, 0.05)


def test_word_for_the_case_in_data_is_the_one_that_the_watcher_reads() -> None:
    from pathlib import Path

    import yaml

    from watcher.patient import CASE

    sentences = yaml.safe_load((Path(__file__).resolve().parents[2] / "data" / "escalation" / "cases.yml").read_text())["responses"]
    for key in ("utter_case/saved", "utter_case/added"):
        assert re.search(CASE, sentences[key][0]["text"].replace("{case}", "1042"))
