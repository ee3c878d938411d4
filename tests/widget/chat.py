"""The widget as a patient uses it: what to press, what to read. Not a test."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect

DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 800}
SMALL = {"width": 320, "height": 640}
# A lost connection is what some tests are about; the browser reports it by itself.
NOT_OURS = ("net::ERR_", "Failed to load resource")


class Chat:
    """One window with the clinic's page on it."""

    def __init__(self, browser: Browser, address: str, *, size: dict[str, int] = DESKTOP, path: str = "/", **context: Any) -> None:
        self.address = address
        self.context = browser.new_context(viewport=size, locale=context.pop("locale", "en-US"), **context)
        self.context.set_default_timeout(8_000)
        self.problems: list[str] = []
        self.page = self.window(path)

    def window(self, path: str = "/") -> Page:
        """One more tab."""
        page = self.context.new_page()
        page.on("pageerror", lambda problem: self.problems.append(str(problem)))
        page.on("console", lambda said: self._heard(said.type, said.text))
        page.goto(self.address + path)
        expect(page.locator("nk92-chat .launch")).to_be_attached()
        return page

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(word in text for word in NOT_OURS):
            self.problems.append(text)

    def on(self, page: Page) -> Chat:
        """The same window, seen through another of its tabs."""
        other = Chat.__new__(Chat)
        other.__dict__.update(self.__dict__, page=page)
        return other

    def open(self) -> Chat:
        """Opens the chat and agrees to its terms."""
        self.page.locator(".launch").click()
        self.page.locator(".consent .main").click()
        return self

    def say(self, text: str, *, replies: int = 1) -> Locator:
        """Sends a message and waits until so many more lines have come; the last of them."""
        before = self.replies.count()
        self.page.locator("nk92-chat textarea").fill(text)
        self.page.locator("nk92-chat form .main").click()
        expect(self.replies.nth(before + replies - 1)).to_be_visible()
        return self.replies.last

    def greet(self) -> Chat:
        """Has the disclosure out of the way."""
        self.open().say("hello", replies=2)
        return self

    def option(self, name: str) -> None:
        if self.page.locator("nk92-chat .menu").is_hidden():
            self.page.locator("nk92-chat .plain").first.click()
        self.page.locator("nk92-chat .menu").get_by_text(name, exact=True).click()

    def until(self, script: str, seconds: float = 8) -> Any:
        """Waits until the script gives something. Playwright's own way needs eval, which the page forbids."""
        ends = time.monotonic() + seconds
        while not (found := self.page.evaluate(script)):
            assert time.monotonic() < ends, script
            self.page.wait_for_timeout(50)
        return found

    @property
    def replies(self) -> Locator:
        return self.page.locator("nk92-chat .line:not(.mine)")

    @property
    def mine(self) -> Locator:
        return self.page.locator("nk92-chat .line.mine")

    @property
    def field(self) -> Locator:
        return self.page.locator("nk92-chat textarea")

    @property
    def note(self) -> Locator:
        return self.page.locator("nk92-chat .note")

    def focused(self) -> str:
        """What has the focus, inside the widget too: its tag and class."""
        found: str = self.page.evaluate(
            "() => { let one = document.activeElement; while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;"
            " return one ? `${one.tagName} ${one.className}`.trim() : ''; }"
        )
        return found
