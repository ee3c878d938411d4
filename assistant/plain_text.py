"""Turns whatever a patient typed into plain text that Rasa cannot mistake for a command."""
from __future__ import annotations

import unicodedata

MAX_CHARACTERS = 2_000


def without_command(text: str) -> str:
    """`text` without control characters, and with no "/" where Rasa would read a command; at most MAX_CHARACTERS."""
    shown = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Cf") else char for char in text[:MAX_CHARACTERS])
    shown = shown.strip()
    while shown and unicodedata.normalize("NFKC", shown[0]).startswith("/"):
        shown = shown[1:].lstrip()
    return shown
