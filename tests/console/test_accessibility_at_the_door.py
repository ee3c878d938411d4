"""axe finds nothing on the way in, nor on the pages that refuse: for who is signed in by half, or not, or must not be here."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.messages import ERROR
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_otp.oath import totp
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from console.forms import SignIn
from console.single_sign_on import SORRY
from console.views import refusals
from tests.console.accounts_for_browsers import PASSWORD
from tests.console.seeing import faults
from tests.service.processes import Stack

Door = Callable[..., Page]


@pytest.fixture
def door(stack: Stack, browser: Browser, sessions: dict[str, Any]) -> Iterator[Door]:
    """A browser page of that member, or of nobody, on some page; complaints about the status are its point here."""
    contexts = []

    def opened(where: str, name: str = "") -> Page:
        contexts.append(browser.new_context(base_url=stack.service.address, storage_state=sessions[name] if name else None))
        page = contexts[-1].new_page()
        page.set_default_timeout(8_000)
        page.goto("/console/" + where)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def test_sign_in_and_its_refusal_have_no_violation(door: Door) -> None:
    page = door("sign-in")
    assert faults(page) == []
    sign_in(page, "ben", "not this one")
    page.get_by_role("alert").wait_for()
    assert faults(page) == []


def test_second_factor_and_a_wrong_code_have_no_violation(door: Door) -> None:
    page = door("sign-in")
    sign_in(page, "eve")
    assert heading(page) == "Second step" and faults(page) == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("alert").wait_for()
    assert faults(page) == []


def test_set_up_and_recovery_codes_have_no_violation(door: Door) -> None:
    page = door("sign-in")
    sign_in(page, "new")
    assert heading(page) == "Set up the second step" and faults(page) == []
    key = page.locator(".key code").inner_text().replace(" ", "")
    page.get_by_role("textbox", name="Code").fill(code_of(key))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Each of these works once").wait_for()
    assert faults(page) == []


def code_of(key: str) -> str:
    """`key` as the page shows it, without its padding."""
    return f"{totp(base64.b32decode(key + '=' * (-len(key) % 8))):06d}"


@pytest.mark.parametrize("name", ["", "ann"])
def test_not_found_has_no_violation(door: Door, name: str) -> None:
    page = door("nothing-here", name)
    assert heading(page) == "Not found" and faults(page) == []


def test_not_for_your_role_has_no_violation(door: Door) -> None:
    page = door("audit", "ann")
    assert heading(page) == "Not for your role" and faults(page) == []


def test_form_that_is_too_old_has_no_violation(door: Door) -> None:
    page = door("sign-in")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    sign_in(page, "ann")
    page.get_by_text("load the page anew").wait_for()
    assert faults(page) == []


def test_locked_out_has_no_violation(door: Door) -> None:
    page = door("sign-in")
    for place in range(5):
        sign_in(page, "nobody", f"guess {place}")
    page.get_by_text("rests for 15 minutes").wait_for()
    assert faults(page) == []


def made_here(page: Page, body: str) -> Page:
    """`page` with a body that the running service has no reason to send."""
    page.route("**/console/made-here", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/console/made-here")
    return page


def test_failure_of_our_own_has_no_violation(door: Door) -> None:
    answer = refusals.failed(RequestFactory().get("/console/queue"))
    page = made_here(door("sign-in"), answer.content.decode())
    assert heading(page) == "Something went wrong here" and faults(page) == []


@pytest.mark.urls("tests.console.urls_with_sign_on")
def test_sign_in_by_the_clinics_account_and_its_refusal_have_no_violation(door: Door, settings: Settings) -> None:
    given = {"form": SignIn(), "clinic": settings.CLINIC, "single_sign_on": True, "messages": [Message(ERROR, SORRY)]}
    page = made_here(door("sign-in"), render_to_string("console/sign_in.html", given))
    assert page.get_by_role("link", name="Sign in with your clinic account").is_visible() and faults(page) == []
