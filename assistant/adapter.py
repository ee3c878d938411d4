"""What was learned on top of the sentence encoder to tell care levels: a low-rank change of its layers, and a head.

The file is small, so it stands in the repository; `make install` merges it into the published weights. How it was learned:
assistant/learn_adapter.py, from assistant/alarms/.
"""
from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterator, Mapping

import numpy as np
import yaml
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

ADAPTER_FILE = Path(__file__).parent / "adapter.npz"
ALARMS = Path(__file__).parent / "alarms"
CARE_LEVELS = ("none", "urgent", "emergency")
LEVEL_OF = {"none": 0, "routine": 0, "urgent": 1, "emergency": 2}  # a case of "ask" teaches nothing here
SCALE = 2.0  # of the low-rank change
SHARPNESS = 10.0  # of the head: sentence vectors have length 1
HEAD = ("head.w", "head.b")


def examples() -> list[tuple[str, int]]:
    """The messages of assistant/alarms/ with the place of their level in CARE_LEVELS."""
    found = []
    for file in sorted(ALARMS.glob("*.yml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            if case["level"] in LEVEL_OF:
                found.append((str(case["text"]), LEVEL_OF[case["level"]]))
    return found


def digest_of(cases: list[tuple[str, int]]) -> str:
    """Tells whether the adapter was learned from these messages."""
    return hashlib.sha256("\n".join(f"{level} {text}" for text, level in sorted(cases)).encode()).hexdigest()


def load(file: Path = ADAPTER_FILE) -> dict[str, Floats]:
    """Name → float32 array: "<layer>.a" [rank, in], "<layer>.b" [out, rank], the head [3, 384] and [3]."""
    with np.load(file, allow_pickle=False) as stored:
        return {name: np.asarray(stored[name], np.float32) for name in stored.files if name != "examples"}


def merged(weights: Weights, adapter: Weights) -> dict[str, Floats]:
    """The published weights with the low-rank change added."""
    changed = dict(weights)
    for layer in layers(adapter):
        change = SCALE * (adapter[f"{layer}.b"] @ adapter[f"{layer}.a"])
        changed[f"{layer}.weight"] = np.asarray(weights[f"{layer}.weight"] + change, np.float32)
    return changed


def layers(adapter: Weights) -> Iterator[str]:
    """The names of the linear layers that the adapter changes."""
    return (name[:-2] for name in adapter if name.endswith(".a"))
