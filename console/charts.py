"""Bars as geometry for inline SVG: no script, no inline style, and they print. Not for counting (console/figures.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.figures import Table

WIDTH, HEIGHT, BASE = 640.0, 150.0, 128.0
ROW, LABEL = 24.0, 255.0
LABELS = 8  # at most so many days are named


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    label: str
    value: str
    label_x: float
    label_y: float
    named: bool


@dataclass(frozen=True)
class Chart:
    """`kind`: columns (one a day) or rows (one a name). `top`: what the highest one is."""

    table: Table
    kind: str
    bars: Sequence[Bar]
    width: float
    height: float
    top: str


def chart(table: Table) -> Chart:
    """The bars of the table's second column."""
    values = [float(row[1] or 0) for row in table.rows]
    most = max(values, default=0) or 1.0
    if table.by_day:
        return Chart(table, "columns", _columns(table, values, most), WIDTH, HEIGHT, _said(max(values, default=0), table))
    return Chart(table, "rows", _rows(table, values, most), WIDTH, max(ROW, ROW * len(values)), "")


def _columns(table: Table, values: Sequence[float], most: float) -> list[Bar]:
    step = WIDTH / max(1, len(values))
    every = max(1, -(-len(values) // LABELS))
    found = []
    for place, (row, value) in enumerate(zip(table.rows, values)):
        height = round(value / most * (BASE - 18), 1)
        left, wide = round(place * step + step * 0.12, 1), round(step * 0.76, 1)
        middle = round(place * step + step / 2, 1)
        found.append(Bar(left, round(BASE - height, 1), wide, height, f"{row[0]:%b %-d}", _said(value, table), middle, HEIGHT - 6, place % every == 0))
    return found


def _rows(table: Table, values: Sequence[float], most: float) -> list[Bar]:
    found = []
    for place, (row, value) in enumerate(zip(table.rows, values)):
        top, wide = place * ROW, round(value / most * (WIDTH - LABEL - 70), 1)
        shown = "–" if row[1] is None else _said(value, table)
        found.append(Bar(LABEL, top + 4, wide, ROW - 8, _short(row[0]), shown, LABEL + wide + 6, top + ROW * 0.68, True))
    return found


def _said(value: float, table: Table) -> str:
    return f"{value:g}{' ' + table.unit if table.unit else ''}"


def _short(name: Any) -> str:
    text = str(name).removeprefix("education/").replace("_", " ")
    return text if len(text) <= 34 else text[:33] + "…"
