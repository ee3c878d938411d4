"""Care levels of the whole assistant, rules and learned second look together, on messages that nobody had read.

The floors guard what was reached (docs/understanding.md has the figures and the goal: every emergency), less what two trainings of the
same messages differ by, up to two in a hundred; they are no goal.
"""
from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from benchmarks.alarms import levels
from benchmarks.triage_cases import ANY, is_right
from benchmarks.understanding import ROOT, Assistant
from triage import Level

HELD = Path(__file__).resolve().parents[1] / "triage" / "red_team" / "held"
FLOORS = {
    "alarms_en": {"emergency": 0.96, "urgent": 0.94},
    "es": {"emergency": 0.94, "urgent": 0.94},
    "conversations": {"emergency": 0.91, "urgent": 0.96, "none": 0.93},
    "none_en": {"none": 0.90},
    "ordinary_en": {"emergency": 0.99, "urgent": 0.96, "none": 0.88},
    "ordinary_es": {"emergency": 0.98, "urgent": 0.95, "none": 0.86},
    "mixed_en": {"emergency": 0.98, "urgent": 0.96, "none": 0.90},
    "mixed_es": {"emergency": 0.95, "urgent": 0.91, "none": 0.86},
}
ESCALATED = 0.94  # of emergencies, at whatever alarm level


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant(ROOT / "models" / "nk92.tar.gz")


@pytest.mark.parametrize("name", FLOORS)
def test_held_messages_reach_their_level(assistant: Assistant, name: str) -> None:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    escalated = 0
    for number, case in enumerate(yaml.safe_load((HELD / f"{name}.yml").read_text(encoding="utf-8"))):
        turns = case.get("turns") or [case]
        for turn, level in zip(turns, levels(assistant, f"{name}-{number}", turns)):
            if turn["level"] != ANY:
                total[turn["level"]] += 1
                right[turn["level"]] += is_right(turn["level"], level)
                escalated += turn["level"] == "emergency" and level >= Level.urgent
    for level_name, floor in FLOORS[name].items():
        assert right[level_name] / total[level_name] >= floor, f"{level_name}: {right[level_name]} of {total[level_name]}"
    if name in ("alarms_en", "es"):
        assert escalated / total["emergency"] >= ESCALATED, f"{escalated} of {total['emergency']} emergencies were escalated at all"
