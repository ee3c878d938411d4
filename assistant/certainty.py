"""How sure a ranking is, learnt from phrases that the model has not seen.

Right examples: each phrase scored by the model without it (leave one out). Wrong examples: each out-of-scope phrase
scored by the model without its whole intent, as if nobody had thought of that subject; so the measure learns what a
message looks like that the monograph does not answer and no training phrase foresaw.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.fusion import Floats


def features(raw: Floats, nearest: Floats, sharpness: float) -> NDArray[np.float64]:
    """[texts, labels] twice → [texts, 4]: best score, lead over the second, best share, cosine to the best label."""
    rows = np.arange(len(raw))
    order = np.argsort(-raw, axis=1)
    best, second = raw[rows, order[:, 0]], raw[rows, order[:, 1]]
    share = shares(raw, sharpness)[rows, order[:, 0]]
    return np.column_stack([best, best - second, share, nearest[rows, order[:, 0]]]).astype(np.float64)


def shares(raw: Floats, sharpness: float) -> Floats:
    """Softmax of the scores, rowwise."""
    scaled = sharpness * (raw - raw.max(axis=1, keepdims=True))
    powers = np.exp(scaled)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class Certainty:
    """A logistic curve over `features`. `sharpness`: of the softmax."""

    weights: Sequence[float]
    bias: float
    sharpness: float = 12.0

    def of(self, raw: Floats, nearest: Floats) -> NDArray[np.float64]:
        """Probability, one a text, that the best label is right."""
        linear = features(raw, nearest, self.sharpness) @ np.asarray(self.weights) + self.bias
        return 1.0 / (1.0 + np.exp(-linear))

    @classmethod
    def learn(cls, raw: Floats, nearest: Floats, right: NDArray[np.bool_], sharpness: float = 12.0) -> Certainty:
        found = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
        found.fit(features(raw, nearest, sharpness), right)
        return cls(found.coef_[0].tolist(), float(found.intercept_[0]), sharpness)

    def save(self, file: Path) -> None:
        file.write_text(json.dumps({"weights": list(self.weights), "bias": self.bias, "sharpness": self.sharpness}))

    @classmethod
    def load(cls, file: Path) -> Certainty:
        return cls(**json.loads(file.read_text()))
