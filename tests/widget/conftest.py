"""A real browser on the real service. Playwright starts and ends within a module: its loop suits no async test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browsers import chromium
from tests.service.processes import Stack
from tests.widget.chat import Chat


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--enable-precise-memory-info"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running service, shared by all browser tests."""
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture
def chat(browser: Browser, stack: Stack) -> Iterator[Chat]:
    """The demo page in a window of its own, with the chat closed; nothing may go wrong in its console."""
    window = Chat(browser, stack.service.address)
    yield window
    window.context.close()
    assert window.problems == []


@pytest.fixture
def own_stack(tmp_path: Path) -> Iterator[Stack]:
    """A running service that the test may break."""
    with Stack(tmp_path) as running:
        yield running
