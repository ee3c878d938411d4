from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from notify import AppriseNotifier, Letter, NotDelivered, RecordingNotifier, is_usable

LETTER = Letter("7-1-0-0-nurse", "EMERGENCY: case 1007", "Case 1007, emergency, open for 0 min.")


def test_mailbox_gets_one_line_a_letter(tmp_path: Path) -> None:
    notifier = AppriseNotifier(tmp_path / "mailbox")
    notifier.send("mailbox://nurse-line", LETTER)
    notifier.send("mailbox://nurse-line", LETTER)
    lines = (tmp_path / "mailbox" / "nurse-line.jsonl").read_text().splitlines()
    assert [json.loads(line)["key"] for line in lines] == [LETTER.key] * 2


def test_mailbox_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "mailbox").write_text("a file where the folder should be")
    with pytest.raises(NotDelivered) as refused:
        AppriseNotifier(tmp_path / "mailbox").send("mailbox://nurse-line", LETTER)
    assert not refused.value.permanent


@pytest.mark.parametrize("address", ["mailbox://../etc/passwd", "mailbox://a/b", "nonsense://x", "mailto://"])
def test_address_that_makes_no_sense_is_refused_for_good(tmp_path: Path, address: str) -> None:
    assert not is_usable(address)
    with pytest.raises(NotDelivered) as refused:
        AppriseNotifier(tmp_path).send(address, LETTER)
    assert refused.value.permanent


@pytest.mark.parametrize("address", ["mailbox://nurse-line", "json://127.0.0.1:9/", "mailto://user:pass@example.com"])
def test_known_kinds_of_address_are_usable(address: str) -> None:
    assert is_usable(address)


def test_webhook_hears_the_letter_and_its_key(tmp_path: Path) -> None:
    heard: list[dict[str, str]] = []

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        AppriseNotifier(tmp_path).send(f"json://127.0.0.1:{server.server_address[1]}/", LETTER)
    finally:
        server.shutdown()
        server.server_close()
    assert heard[0]["title"] == LETTER.title and LETTER.key in heard[0]["message"]


def test_webhook_that_is_down_is_worth_another_try(tmp_path: Path) -> None:
    with pytest.raises(NotDelivered) as refused:
        AppriseNotifier(tmp_path).send("json://127.0.0.1:9/", LETTER)
    assert not refused.value.permanent


def test_recording_notifier_obeys_the_same_rules() -> None:
    notifier = RecordingNotifier(broken={"a"}, busy={"b"})
    with pytest.raises(NotDelivered) as refused:
        notifier.send("a", LETTER)
    assert refused.value.permanent
    with pytest.raises(NotDelivered) as later:
        notifier.send("b", LETTER)
    assert not later.value.permanent
    notifier.send("b", LETTER)
    assert notifier.sent == [("b", LETTER)]
