"""Staff of each role, signed in; patients who have said something; the service in front of the fake gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from escalation import heartbeat
from escalation.models import Case
from intake import record
from intake.inbound import Inbound, Recorded
from tests.service.processes import Stack

Say = Callable[..., Recorded]
SignedIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def signed_in(db: None) -> SignedIn:
    """A client of a member in that role, with the second factor."""

    def made(role: str, name: str = "", *, csrf: bool = False) -> Client:
        user, new = User.objects.get_or_create(username=name or role)
        user.groups.set(Group.objects.filter(name=role))
        device, _ = TOTPDevice.objects.get_or_create(user=user, confirmed=True)
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        session.save()
        return client

    return made


@pytest.fixture
def nurse(signed_in: SignedIn) -> Client:
    return signed_in("nurse", "ann")


@pytest.fixture
def say(db: None) -> Say:
    """Has a patient say something: a message with its verdict and its case."""
    numbers = count(1)

    def said(text: str, *, conversation: str = "", channel: str = "web", callback: str = "") -> Recorded:
        conversation = conversation or record.open_conversation(channel, callback=callback)
        return record.record(Inbound(conversation, channel, f"t{next(numbers)}", text))

    return said


@pytest.fixture
def case(say: Say) -> Case:
    """An emergency with a telephone number."""
    message = say("I have chest pain and my temp is 102.5", channel="sms", callback="+13035550187")
    heartbeat.beat(heartbeat.WORKER, timezone.now())
    return Case.objects.get(conversation_id=message.conversation)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running service with a console, shared by the browser tests."""
    running = Stack(tmp_path_factory.mktemp("stack"))
    try:
        yield running.start()
    finally:
        running.stop()
