"""The adapter in the repository was learned from the messages in the repository, and none of them is a test."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from assistant import adapter

ROOT = Path(__file__).resolve().parents[2]


LEAST_LEARNED = 0.7  # new messages teach the words' model at the next training; the adapter can wait until they are many


def test_adapter_was_learned_from_most_of_these_messages() -> None:
    assert adapter.learned_share() >= LEAST_LEARNED, "assistant/alarms/ has grown: run assistant.learn_adapter"


def test_no_message_that_teaches_is_a_message_that_tests() -> None:
    taught = {text.lower() for text, _ in adapter.examples()}
    tests = {
        str(case["text"]).lower()
        for part in ("dev", "held")
        for file in (ROOT / "tests" / "triage" / "red_team" / part).glob("*.yml")
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
        if "text" in case
    }
    assert len(tests) > 500 and not taught & tests


def test_each_level_is_taught_in_both_languages() -> None:
    names = {file.name.split("_")[0] for file in adapter.ALARMS.glob("*.yml")}
    assert {"emergency", "urgent", "none", "es"} <= names
    levels = [level for _, level in adapter.examples()]
    assert all(levels.count(level) > 500 for level in (0, 1, 2))


def test_change_is_added_to_the_layer_that_it_names() -> None:
    weights = {"x.weight": np.zeros((2, 3), np.float32), "y.weight": np.ones((2, 3), np.float32)}
    learned = {"x.a": np.ones((1, 3), np.float32), "x.b": np.array([[1.0], [2.0]], np.float32)}
    changed = adapter.merged(weights, learned)
    assert changed["x.weight"].tolist() == [[2.0] * 3, [4.0] * 3] and changed["y.weight"] is weights["y.weight"]
