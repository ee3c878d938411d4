"""The simulator's page in a browser, and who may open it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from tests.browsers import chromium
from tests.channels.sms.telephones import Carrier
from tests.service.processes import WEB

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SHOTS = os.environ.get("NK92_SCREENSHOTS")


@pytest.fixture(scope="module")
def page(carrier: Carrier) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(20_000)
        problems: list[str] = []
        page.on("pageerror", lambda problem: problems.append(str(problem)))
        page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
        page.goto(carrier.url + "/sms-simulator")
        yield page
        browser.close()
        assert problems == []


def say(page: Page, name: str, text: str) -> None:
    page.get_by_label(f"Text from {name}").fill(text)
    page.get_by_label(f"Text from {name}").press("Enter")


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_two_telephones_talk_each_to_itself(page: Page) -> None:
    say(page, "Maria", "what is nk-92")
    say(page, "Sam", "STOP")
    maria, sam = page.get_by_role("log", name="Texts of Maria"), page.get_by_role("log", name="Texts of Sam")
    expect(maria.get_by_text("echo: what is nk-92")).to_be_visible(timeout=20_000)
    expect(sam.get_by_text("You are opted out")).to_be_visible(timeout=20_000)
    expect(maria.get_by_text("STOP", exact=True)).to_have_count(0)
    expect(maria.get_by_text("2 segments").first).to_be_visible()
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/simulator.png")


def test_text_that_looks_like_markup_stays_text(page: Page) -> None:
    say(page, "Maria", "<img src=x onerror=alert(1)>")
    expect(page.get_by_role("log", name="Texts of Maria").get_by_text("<img src=x onerror=alert(1)>", exact=True)).to_be_visible()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("width", [1100, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible(page: Page, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/simulator-{width}-{scheme}.png", full_page=True)


def test_page_holds_no_inline_script_or_style(carrier: Carrier) -> None:
    served = WEB.get(carrier.url + "/sms-simulator")
    assert served.status_code == 200
    assert not re.search(r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=", served.text)
    assert "script-src 'self'" in served.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/sms-simulator", "/sms-simulator/texts"])
def test_page_is_for_this_machine_alone(carrier: Carrier, path: str) -> None:
    with httpx.Client() as client:
        answer = client.get(carrier.url + path, headers={"Host": "nk92.clinic.example"})
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("body", ["", "[]", '{"number": "+13035550199", "text": "hi"}', '{"number": 5}'])
def test_other_numbers_cannot_be_played(carrier: Carrier, body: str) -> None:
    assert WEB.post(carrier.url + "/sms-simulator/send", content=body).status_code == 400


def test_other_sites_cannot_send(carrier: Carrier) -> None:
    body = {"number": "+13035550171", "text": "hi"}
    assert WEB.post(carrier.url + "/sms-simulator/send", json=body, headers={"Origin": "https://evil.example"}).status_code == 404
