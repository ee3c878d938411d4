"""`make chat`: talks to the running assistant in the terminal; a file on standard input is answered line by line."""
from __future__ import annotations

import json
import sys
import uuid
from typing import Any, Dict, List, Optional

from stack import places
from stack.problem import Problem, run
from stack.web import NoAnswer, call

NOT_RUNNING = "Nothing runs here yet. Start it with `make run` in another window."


class Chat:
    """One conversation over the public API."""

    def __init__(self, address: str) -> None:
        self._address = address
        token = call(f"{address}/api/session", {})["token"]
        self._headers = {"Authorization": f"Bearer {token}"}
        self.choices: List[Dict[str, str]] = []

    def send(self, line: str) -> List[Dict[str, Any]]:
        """The replies to `line`; a number picks the quick reply of that number."""
        message = {"client_id": uuid.uuid4().hex, "text": line}
        if line.isdigit() and 0 < int(line) <= len(self.choices):
            picked = self.choices[int(line) - 1]
            message.update(text=picked["title"], choice=picked["id"])
        try:
            replies: List[Dict[str, Any]] = call(f"{self._address}/api/messages", message, self._headers, seconds=15)["replies"]
        except NoAnswer as problem:
            said = ((problem.body or {}).get("error") or {}).get("message")
            return [{"text": said or "No answer: is `make run` still running?", "buttons": []}]
        self.choices = next((reply["buttons"] for reply in reversed(replies) if reply.get("buttons")), [])
        return replies


def show(replies: List[Dict[str, Any]], choices: List[Dict[str, str]]) -> None:
    """Prints the replies, with numbered quick replies under them."""
    for reply in replies:
        print("\n".join("  " + line for line in reply["text"].splitlines()) + "\n")
    for number, button in enumerate(choices, 1):
        print(f"  [{number}] {button['title']}")
    sys.stdout.flush()


def ask(terminal: bool) -> Optional[str]:
    """The next line; None at the end of the input."""
    if terminal:
        try:
            return input("\nyou> ")
        except EOFError:
            return None
    line = sys.stdin.readline()
    if not line:
        return None
    print(f"\n> {line.rstrip()}")
    return line


def main() -> int:
    try:
        chat = Chat(json.loads(places.state_file().read_text())["address"])
    except (OSError, ValueError, KeyError, NoAnswer) as problem:
        raise Problem(NOT_RUNNING) from problem
    terminal = sys.stdin.isatty()
    if terminal:
        print("Type your question; a number picks a quick reply; Ctrl-D ends.")
    while (line := ask(terminal)) is not None:
        if line.strip():
            show(chat.send(line.strip()), chat.choices)
    return 0


if __name__ == "__main__":
    run(main)
