"""The test recipient: hears of the made-up patient's case the way that a nurse would, by Apprise's json:// on loopback."""

from __future__ import annotations

import json
import re
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CASE = re.compile(r"\bcase (\d+)\b", re.IGNORECASE)
LARGEST = 64 * 1024
KEPT = 200


class Recipient:
    """Listens on 127.0.0.1:`port` in a thread; `wait` says whether a case was heard of in time."""

    def __init__(self, port: int) -> None:
        self._heard: deque[int] = deque(maxlen=KEPT)
        self._news = threading.Condition()
        recipient = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802  the library's name
                length = min(int(self.headers.get("Content-Length") or 0), LARGEST)
                recipient.hear(self.rfile.read(length))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Door)
        self.port = int(self._server.server_address[1])

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True, name="recipient").start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hear(self, body: bytes) -> None:
        """Notes the case that a letter is about; a body of another form is let pass."""
        try:
            title = str(json.loads(body).get("title"))
        except (ValueError, AttributeError):
            return
        found = CASE.search(title)
        if found:
            with self._news:
                self._heard.append(int(found.group(1)))
                self._news.notify_all()

    def wait(self, case: int, seconds: float) -> bool:
        with self._news:
            return self._news.wait_for(lambda: case in self._heard, timeout=seconds)
