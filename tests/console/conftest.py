"""Staff of each role, signed in; patients who have said something; the service in front of the fake gateway."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import Settings

from escalation import heartbeat
from escalation.models import Case
from intake import record
from intake.inbound import Inbound, Recorded
from tests.browsers import chromium
from tests.console.accounts_for_browsers import KEY, PASSWORD, STAFF
from tests.service.processes import ROOT, Stack

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def sessions(stack: Stack, browser: Browser) -> dict[str, Any]:
    """Name → cookies of a member who signed in with password and code, in the browser."""
    subprocess.run([sys.executable, "-m", "tests.console.accounts_for_browsers"], cwd=ROOT, env={**os.environ, **stack.environment}, check=True)
    stack.rows("INSERT INTO escalation_heartbeat VALUES ('worker', '2199-01-01 00:00:00')")
    found = {}
    for name in STAFF:
        context = browser.new_context(base_url=stack.service.address)
        page = context.new_page()
        page.goto("/console/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(f"{totp(bytes.fromhex(KEY)):06d}")
        page.get_by_role("button", name="Continue").click()
        page.wait_for_url("**/console/queue" if name != "pat" else "**/console/*")
        found[name] = context.storage_state()
        context.close()
    return found


def complains(message: ConsoleMessage) -> bool:
    """What is no fault of the page: the line that a test cut."""
    return message.type == "error" and not any(one in message.text for one in ("net::ERR", "htmx:sendError", "htmx:afterRequest"))


@pytest.fixture
def desk_of(stack: Stack, browser: Browser, sessions: dict[str, Any]) -> Iterator[Callable[..., Page]]:
    """A browser page of that member; whatever the page complains about fails the test."""
    contexts, trouble = [], []

    def opened(name: str, where: str = "/console/queue", **more: Any) -> Page:
        context = browser.new_context(base_url=stack.service.address, storage_state=sessions[name], **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda problem: trouble.append(str(problem)))
        page.on("console", lambda message: trouble.append(message.text) if complains(message) else None)
        page.goto(where)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert trouble == []
