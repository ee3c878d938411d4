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
LEARNED_FROM = "files"  # digests of the files that it was learned from


def examples() -> list[tuple[str, int]]:
    """The messages of assistant/alarms/ with the place of their level in CARE_LEVELS."""
    return [case for cases in examples_by_file().values() for case in cases]


def examples_by_file() -> dict[str, list[tuple[str, int]]]:
    """The same, by the digest of the file that they stand in."""
    return {_digest(file): _read(file) for file in sorted(ALARMS.glob("*.yml"))}


def learned_from(file: Path = ADAPTER_FILE) -> set[str]:
    """The digests of the files that the adapter was learned from."""
    with np.load(file, allow_pickle=False) as stored:
        return set(stored[LEARNED_FROM].tolist())


def learned_share(file: Path = ADAPTER_FILE) -> float:
    """Which share of the messages of assistant/alarms/ the adapter was learned from."""
    known = learned_from(file)
    counts = {digest: len(cases) for digest, cases in examples_by_file().items()}
    return sum(count for digest, count in counts.items() if digest in known) / sum(counts.values())


def _read(file: Path) -> list[tuple[str, int]]:
    cases = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [(str(case["text"]), LEVEL_OF[case["level"]]) for case in cases if case["level"] in LEVEL_OF]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def load(file: Path = ADAPTER_FILE) -> dict[str, Floats]:
    """Name → float32 array: "<layer>.a" [rank, in], "<layer>.b" [out, rank], the head [3, 384] and [3]."""
    with np.load(file, allow_pickle=False) as stored:
        return {name: np.asarray(stored[name], np.float32) for name in stored.files if name != LEARNED_FROM}


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
