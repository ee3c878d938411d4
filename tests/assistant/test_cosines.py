from __future__ import annotations

from pathlib import Path

import numpy as np

from assistant.cosines import Cosines


def phrases(number: int) -> np.ndarray:  # type: ignore[type-arg]
    drawn = np.random.default_rng(3).normal(size=(number, 384)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def test_cosines_are_those_of_floats_to_within_half_a_hundredth() -> None:
    vectors = phrases(500)
    cosines = Cosines.learn(vectors)
    asked = [*vectors[:20], *phrases(520)[500:]]
    assert max(float(np.abs(cosines.of(vector) - vectors @ vector).max()) for vector in asked) < 0.005


def test_nearest_phrase_is_the_same_after_a_way_through_a_file(tmp_path: Path) -> None:
    vectors = phrases(300)
    Cosines.learn(vectors).save(tmp_path)
    cosines = Cosines.load(tmp_path)
    assert [int(np.argmax(cosines.of(vector))) for vector in vectors] == list(range(300))
