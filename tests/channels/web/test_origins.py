"""Other websites: those of the allow-list may hold the chat, no other may."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.web.origins import may_speak
from tests.service.processes import ROOT, WEB, Stack

CLINIC_SITE = "https://www.pineridge.example"


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service whose clinic.yml allows one website."""
    folder = tmp_path_factory.mktemp("listed")
    clinic = folder / "clinic.yml"
    clinic.write_text((ROOT / "clinic.yml").read_text(encoding="utf-8").replace("origins: []", f"origins: [{CLINIC_SITE}]"), encoding="utf-8")
    running = Stack(folder, NK92_CLINIC=str(clinic))
    try:
        yield running.start()
    finally:
        running.stop()


def test_listed_website_may_open_write_read_and_delete(listed: Stack) -> None:
    site = {"Origin": CLINIC_SITE}
    address = listed.service.address
    opened = WEB.post(f"{address}/api/session", headers=site)
    assert opened.status_code == 201
    assert opened.headers["access-control-allow-origin"] == CLINIC_SITE and "Origin" in opened.headers["vary"]
    headers = {**site, "Authorization": f"Bearer {opened.json()['token']}"}
    for answer in (
        WEB.post(f"{address}/api/messages", json={"client_id": "a", "text": "hi"}, headers=headers),
        WEB.get(f"{address}/api/messages", headers=headers),
        WEB.delete(f"{address}/api/conversation", headers=headers),
        WEB.get(f"{address}/api/messages", headers=headers),  # 401, and the page may read why
        WEB.post(f"{address}/api/messages", content=b"x" * 70_000, headers=headers),  # 413 comes from the guard
    ):
        assert answer.headers["access-control-allow-origin"] == CLINIC_SITE
        assert "access-control-allow-credentials" not in answer.headers


def test_listed_website_gets_its_preflight_answered(listed: Stack) -> None:
    asks = {"Origin": CLINIC_SITE, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "authorization"}
    answer = WEB.options(f"{listed.service.address}/api/conversation", headers=asks)
    assert answer.status_code == 204
    assert "DELETE" in answer.headers["access-control-allow-methods"]
    assert {"Authorization", "Content-Type", "Last-Event-ID"} <= set(answer.headers["access-control-allow-headers"].split(", "))


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "null", "http://www.pineridge.example", "https://www.pineridge.example.evil.example",
        "https://evil-pineridge.example", f"{CLINIC_SITE}:8443", "https://",
    ],  # fmt: skip
)
def test_any_other_website_is_refused_without_a_header(listed: Stack, origin: str) -> None:
    patient = listed.patient()
    for answer in (
        WEB.post(f"{listed.service.address}/api/session", headers={"Origin": origin}),
        WEB.get(patient.url, headers={**patient.headers, "Origin": origin}),
        WEB.post(patient.url, json={"client_id": "a", "text": "x"}, headers={**patient.headers, "Origin": origin}),
        WEB.get(f"{listed.service.address}/api/stream", headers={**patient.headers, "Origin": origin}),
        WEB.delete(f"{listed.service.address}/api/conversation", headers={**patient.headers, "Origin": origin}),
    ):
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    assert WEB.options(patient.url, headers=asks).status_code == 405


def test_own_page_and_plain_clients_need_no_list() -> None:
    assert may_speak(None, "chat.example", ())
    assert may_speak("https://chat.example", "chat.example", ())
    assert not may_speak("https://chat.example:1", "chat.example", ())


def test_widget_is_served_to_any_website_and_nothing_else_beside_it(listed: Stack) -> None:
    answer = WEB.get(f"{listed.service.address}/widget/nk92-chat.js", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"].startswith("text/javascript")
    again = WEB.get(f"{listed.service.address}/widget/nk92-chat.js", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    for name in ("", "..%2Fservice%2Fsettings.py", "demo/clinic.html", "../clinic.yml", "none.js"):
        assert WEB.get(f"{listed.service.address}/widget/{name}").status_code == 404, name
    assert WEB.post(f"{listed.service.address}/widget/nk92-chat.js").status_code == 404


def test_modules_hold_no_way_to_make_markup_or_to_reach_another_host() -> None:
    for file in (ROOT / "widget").glob("*.js"):
        source = file.read_text(encoding="utf-8")
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "cookie", "Function(", "console."):
            assert way not in source, f"{file.name}: {way}"
        assert set(re.findall(r"https?://[^\s\"'`)]+", source)) <= {"http://www.w3.org/2000/svg"}, file.name


def test_demo_page_keeps_to_the_policy(listed: Stack) -> None:
    page = WEB.get(listed.service.address)
    assert page.status_code == 200 and "script-src 'self'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "<style" not in page.text and "style=" not in page.text and "onclick" not in page.text
    assert page.text.count("<script") == 1 and 'src="/widget/nk92-chat.js"' in page.text
    assert all(number in page.text for number in ("tel:911", "(303) 555-0142", "(303) 555-0143"))
    for name in ("clinic.css", "ridge.svg", "mark.svg"):
        assert WEB.get(f"{listed.service.address}/static/demo/{name}").status_code == 200
    assert Path(ROOT / "widget" / "demo" / "clinic.html").exists()
