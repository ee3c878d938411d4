"""axe finds nothing on any page that staff work with, and nothing is cut off (tests/console/seeing.py)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.console.seeing import faults
from tests.service.processes import Stack

PAGES = (
    "queue", "conversations", "conversations?q=chest", "review", "review?kind=refused", "overview", "staff", "data", "audit?what=signed+in&verify=1", "password"
)  # fmt: skip


@pytest.fixture(scope="module")
def filled(stack: Stack) -> str:
    """Something on every page; gives the newest case."""
    patient = stack.patient()
    patient.say("I have chest pain and a temp of 101.4")
    patient.say("no chills")
    stack.patient().say("will I lose my hair")
    stack.rows("UPDATE transcripts_reason SET intent = 'outside/living/hair' WHERE id = (SELECT max(id) FROM transcripts_reason)")
    stack.rows("UPDATE escalation_case SET callback = '+13035550123'")
    (found,) = stack.rows("SELECT max(id) + 1000 FROM escalation_case")[0]
    return str(found)


@pytest.mark.parametrize("where", PAGES)
def test_page_has_no_violation(filled: str, desk_of: Callable[..., Page], where: str) -> None:
    assert faults(desk_of("pat", "/console/" + where)) == []


def test_case_page_has_no_violation(filled: str, desk_of: Callable[..., Page]) -> None:
    assert faults(desk_of("pat", f"/console/cases/{filled}")) == []


def test_conversation_without_a_case_has_no_violation(filled: str, stack: Stack, desk_of: Callable[..., Page]) -> None:
    (without,) = stack.rows("SELECT conversation_id FROM transcripts_message WHERE text LIKE '%hair%'")[0]
    assert faults(desk_of("pat", f"/console/conversations/{without}")) == []


def test_forms_that_were_not_accepted_have_no_violation(filled: str, desk_of: Callable[..., Page]) -> None:
    page = desk_of("pat", "/console/password")
    for place, words in enumerate(("not the old one", "short", "other")):
        page.locator("input[type=password]").nth(place).fill(words)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").first.wait_for()
    assert faults(page) == []


def test_made_password_is_shown_without_violation(filled: str, desk_of: Callable[..., Page]) -> None:
    page = desk_of("pat", "/console/staff")
    page.get_by_label("Sign-in name").fill("lou")
    page.get_by_label("Name", exact=True).fill("Lou")
    page.get_by_role("button", name="Make the account").click()
    page.get_by_text("shown this once").wait_for()
    assert faults(page) == []
