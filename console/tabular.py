"""CSV that a spreadsheet opens without obeying it: a cell that would be a formula begins with an apostrophe."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

OBEYED = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def cell(value: Any) -> str:
    """The value as a spreadsheet may have it."""
    text = "" if value is None else str(value)
    if text.lstrip(" \u00a0\ufeff").startswith(OBEYED) or text.startswith(OBEYED):
        text = "'" + text
    return text.replace("\x00", "\ufffd")


def written(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The whole file; every cell is quoted."""
    target = io.StringIO()
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(value) for value in row])
    return target.getvalue()
