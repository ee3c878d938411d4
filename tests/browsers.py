"""The system's Chromium for the browser tests. Not a test."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str:
    """Its path; without one the browser tests fail and say what to do."""
    found = os.environ.get("NK92_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        pytest.fail("The browser tests need Chromium: `apt-get install chromium`, or set NK92_CHROMIUM to its path.")
    return found
