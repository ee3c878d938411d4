"""Cuts a GSM-7 text into texts of at most two segments, at ends of sentences where it can. Nothing is lost."""

from __future__ import annotations

import re

from channels.sms.gsm import segments

MOST_SEGMENTS = 2
# after a sentence or a line; then, when one sentence is too long, after a word
SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
WORD = re.compile(r"\s+")


def fits(text: str) -> bool:
    return segments(text) <= MOST_SEGMENTS


def split(text: str) -> list[str]:
    """The texts that say `text`, in order. One empty text for nothing."""
    left = text.strip()
    cut: list[str] = []
    while not fits(left):
        piece = _longest(left, "")
        cut.append(piece.rstrip())
        left = left[len(piece) :].lstrip()
    return [*cut, left] if left or not cut else cut


def first_and_rest(text: str, *, hint: str) -> tuple[str, str]:
    """The first text and what is left; `hint` will be appended to the first when something is left."""
    text = text.strip()
    if fits(text):
        return text, ""
    piece = _longest(text, hint)
    return piece.rstrip(), text[len(piece) :].strip()


def _longest(text: str, room_for: str) -> str:
    """The longest beginning that fits: whole sentences, else whole words, else characters."""
    for pattern in (SENTENCE, WORD):
        best = 0
        for found in pattern.finditer(text):
            if not fits(text[: found.start()] + room_for):
                break
            best = found.end() if text[: found.start()].strip() else best
        if best:
            return text[:best]
    end = 1
    while end < len(text) and fits(text[: end + 1] + room_for):
        end += 1
    return text[:end]
