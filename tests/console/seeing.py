"""What axe and the eye find wrong with a page: WCAG 2.2 AA and axe's best practices, light and dark, wide and narrow. Not a test."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY_RULE = json.dumps({"runOnly": [*WCAG, "best-practice"], "resultTypes": ["violations"]})
WIDTHS = (1280, 390)


def faults(page: Page) -> list[str]:
    """One line for each violation; for a page that is wider than its window; for one that axe found nothing to check on."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 900})
            seen: dict[str, Any] = page.evaluate(f"axe.run({EVERY_RULE})")
            found += [f"{scheme} {width}: {one['id']} {one['nodes'][0]['html'][:120]}" for one in seen["violations"]]
            if not seen["passes"]:
                found.append(f"{scheme} {width}: nothing was checked")
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                found.append(f"{scheme} {width}: wider than the window")
    return found
