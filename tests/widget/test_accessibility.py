"""WCAG 2.2 AA: axe-core finds nothing in any state, and what axe cannot see is asked for here."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.service.processes import Stack
from tests.widget.chat import DESKTOP, SMALL, Chat

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@lru_cache(maxsize=1)
def axe() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe objects to on the whole page, the widget's inside included."""
    page.wait_for_timeout(100)
    page.evaluate(axe())
    found = page.evaluate("(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS)
    assert len(found["passes"]) > 10
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found["violations"] for node in one["nodes"]]


def options(chat: Chat) -> None:
    chat.page.locator("nk92-chat .plain").first.click()


def offline(chat: Chat) -> None:
    chat.context.set_offline(True)
    chat.field.fill("tengo la garganta hinchada")
    chat.page.locator("nk92-chat form .main").click()
    expect(chat.page.locator("nk92-chat .unsent")).to_be_visible()


# One journey through every state: what to do, in this order.
JOURNEY: dict[str, Callable[[Chat], object]] = {
    "closed": lambda chat: None,
    "consent": lambda chat: chat.page.locator("nk92-chat .launch").click(),
    "started": lambda chat: chat.page.locator("nk92-chat .consent .main").click(),
    "conversation": lambda chat: chat.say("hello", replies=2),
    "urgent": lambda chat: chat.say("my temperature is 101.5 F", replies=2),
    "emergency": lambda chat: chat.say("I can't breathe", replies=2),
    "options": options,
    "delete": lambda chat: chat.option("Delete my conversation"),
    "large text": lambda chat: (chat.page.get_by_role("button", name="Keep").click(), chat.option("Larger text"), chat.option("Larger text")),
    "spanish": lambda chat: chat.option("Español"),
    "offline": offline,
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, SMALL], ids=["desktop", "320px"])
def test_axe_objects_to_nothing_in_any_state(browser: Browser, stack: Stack, size: dict[str, int], scheme: str) -> None:
    chat = Chat(browser, stack.service.address, size=size, color_scheme=scheme, reduced_motion="reduce")
    for name, go_on in JOURNEY.items():
        go_on(chat)
        assert violations(chat.page) == [], name
    chat.context.close()


def test_conversation_is_a_live_log_with_names_for_both_sides(chat: Chat) -> None:
    chat.greet()
    log = chat.page.locator("nk92-chat [role=log]")
    expect(log).to_have_attribute("aria-live", "polite")
    assert "You: " in log.inner_text() or log.locator(".sr").first.text_content()
    assert log.locator(".sr").all_text_contents()[:2] == ["You: ", "Assistant: "]


def test_every_target_is_large_enough(browser: Browser, stack: Stack) -> None:
    chat = Chat(browser, stack.service.address, size=SMALL)
    chat.greet().say("I have hives", replies=2)
    boxes = chat.page.evaluate(
        "() => [...document.querySelector('nk92-chat').shadowRoot.querySelectorAll('button, a:not(.words a), textarea')]"
        ".map((one) => [one.textContent, one.getBoundingClientRect()]).filter(([, box]) => box.width)"
        ".map(([name, box]) => [name, Math.min(box.width, box.height)])"
    )
    assert boxes and all(least >= 34 for _, least in boxes), boxes
    buttons = [least for name, least in boxes if name in ("Send", "How long does it last?", "Call (303) 555-0142")]
    assert len(buttons) == 3 and min(buttons) >= 44
    chat.context.close()


def test_text_spacing_and_zoom_lose_nothing(browser: Browser, stack: Stack) -> None:
    """WCAG 1.4.10 and 1.4.12: 1280 px at 400 % are 320 by 215 px; the field is reached by scrolling."""
    chat = Chat(browser, stack.service.address, size={"width": 320, "height": 256})
    chat.page.locator("nk92-chat .launch").click()
    chat.page.locator("nk92-chat .consent .main").click()
    chat.page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { letter-spacing: .12em !important; word-spacing: .16em !important;"
        " line-height: 1.5 !important; } p { margin-block-end: 2em !important; }');"
        " document.querySelector('nk92-chat').shadowRoot.adoptedStyleSheets.push(sheet); }"
    )
    chat.say("my chest hurts", replies=2)
    chat.field.scroll_into_view_if_needed()
    expect(chat.field).to_be_in_viewport()
    sideways = "() => [document.querySelector('nk92-chat').shadowRoot.querySelector('dialog')].map((one) => one.scrollWidth - one.clientWidth)[0]"
    assert chat.page.evaluate(sideways) == 0
    chat.context.close()


def test_motion_stops_for_those_who_ask(browser: Browser, stack: Stack) -> None:
    chat = Chat(browser, stack.service.address, reduced_motion="reduce")
    chat.greet()
    chat.field.fill("slow #wait=1")
    chat.page.locator("nk92-chat form .main").click()
    expect(chat.page.locator("nk92-chat .typing")).to_be_visible()
    assert chat.page.evaluate("document.querySelector('nk92-chat').shadowRoot.querySelector('.typing i').getAnimations().length") == 0
    chat.context.close()


def test_right_to_left_page_turns_the_widget_round(chat: Chat) -> None:
    chat.page.evaluate("() => { document.documentElement.dir = 'rtl'; document.querySelector('nk92-chat').lang = 'en'; }")
    box = chat.page.locator("nk92-chat .launch").bounding_box()
    assert box and box["x"] < 200
    chat.greet()
    mine, reply = chat.mine.first.bounding_box(), chat.replies.first.bounding_box()
    assert mine and reply and mine["x"] < reply["x"]
