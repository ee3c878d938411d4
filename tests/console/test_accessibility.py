"""axe finds nothing (WCAG 2.2 AA and its best practices) on any page, light and dark, wide and narrow; nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.service.processes import Stack

EVERY_RULE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}  # all that a colour scheme can change
PAGES = (
    "queue", "conversations", "conversations?q=chest", "review", "review?kind=refused", "overview", "staff", "data", "audit?what=signed+in&verify=1", "password"
)  # fmt: skip
axe = Axe()


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


@pytest.fixture
def looks(desk_of: Callable[..., Page]) -> Iterator[Callable[[str], list[str]]]:
    def looked(where: str) -> list[str]:
        page = desk_of("pat", "/console/" + where)
        trouble = []
        for scheme in ("light", "dark"):
            for width in (1280, 390):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                page.set_viewport_size({"width": width, "height": 900})
                found = axe.run(page, options=EVERY_RULE if scheme == "light" else COLOURS).response
                assert found["passes"]
                violations = found["violations"]
                trouble += [f"{scheme} {width}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in violations]
                if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                    trouble.append(f"{scheme} {width}: wider than the window")
        return trouble

    yield looked


@pytest.mark.parametrize("where", PAGES)
def test_page_has_no_violation(filled: str, looks: Callable[[str], list[str]], where: str) -> None:
    assert looks(where) == []


def test_case_page_has_no_violation(filled: str, looks: Callable[[str], list[str]]) -> None:
    assert looks(f"cases/{filled}") == []


def test_sign_in_has_no_violation(stack: Stack, browser: object) -> None:
    context = browser.new_context(base_url=stack.service.address)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/console/sign-in")
    assert axe.run(page, options=EVERY_RULE).response["violations"] == []
    context.close()
