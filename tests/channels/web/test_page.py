"""The chat page as it is served; how it behaves in a browser is tested with the widget."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.service.processes import WEB, Stack

STATIC = Path(__file__).resolve().parents[3] / "channels" / "web" / "static" / "web"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


@pytest.fixture
def page(stack: Stack) -> str:
    answer = WEB.get(stack.service.address)
    assert answer.status_code == 200
    return answer.text


def test_page_holds_no_inline_script_style_or_handler(page: str) -> None:
    tags = Tags(page)
    assert [script["type"] for script in tags.all("script")] == ["module"]
    assert all(script["src"] for script in tags.all("script"))
    assert not tags.all("style") and re.search(r"<script[^>]*>\s*</script>", page)
    assert not [
        name
        for _, attributes in tags.found
        for name in attributes
        if name == "style" or name.startswith("on")
    ]


def test_page_asks_no_other_host(stack: Stack, page: str) -> None:
    for _, attributes in Tags(page).found:
        for name in ("src", "href"):
            assert not (attributes.get(name) or "").startswith(("http", "//"))
    for file in STATIC.iterdir():
        found = set(re.findall(r"https?://[^\s\"'`)]+", file.read_text(encoding="utf-8")))
        assert found <= {"http://www.w3.org/2000/svg"}, file.name


def test_every_file_of_the_page_is_served_with_its_type(stack: Stack, page: str) -> None:
    types = {".js": "javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for file in STATIC.iterdir():
        answer = WEB.get(f"{stack.service.address}/static/web/{file.name}")
        assert answer.status_code == 200 and types[file.suffix] in answer.headers["content-type"]
        assert answer.content == file.read_bytes()


def test_numbers_to_call_are_always_on_the_page(page: str) -> None:
    links = [link.get("href") for link in Tags(page).all("a")]
    assert {"tel:911", "tel:3035550142", "tel:3035550143"} <= set(links)
    assert "(303) 555-0142" in page and "not a person" in page


def test_page_can_be_used_without_eyes_or_mouse(page: str) -> None:
    tags = Tags(page)
    assert tags.all("html")[0]["lang"] == "en"
    (log,) = [tag for tag in tags.all("div") if tag.get("role") == "log"]
    assert log["aria-live"] == "polite" and log["aria-label"]
    (field,) = tags.all("textarea")
    assert {"for": field["id"]} in tags.all("label") and field["maxlength"] == "4000"
    assert "width=device-width" in page and "user-scalable" not in page
    assert tags.all("noscript") or "<noscript>" in page


def test_what_is_shown_never_becomes_markup() -> None:
    for file in STATIC.glob("*.js"):
        source = file.read_text(encoding="utf-8")
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "localStorage",
            "cookie =",
        ):
            assert way not in source, file.name


@pytest.mark.skipif(shutil.which("node") is None, reason="node reads the modules' syntax")
def test_modules_are_well_formed() -> None:
    for file in STATIC.glob("*.js"):
        with file.open() as source:
            subprocess.run(["node", "--input-type=module", "--check"], stdin=source, check=True)
