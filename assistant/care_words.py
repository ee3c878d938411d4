"""How likely each care level is by the words of a message alone: a linear model on words, word pairs and character runs.

It knows what the adapted encoder reads badly: rare words, slips, Spanish. Learned at every training from assistant/alarms/ and
from the phrasings of data/. Not for deciding: assistant/second_look.py joins both and holds the bars.
"""
from __future__ import annotations

import random
from pathlib import Path
from typing import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.adapter import CARE_LEVELS
from assistant.pieces import Pieces

STRICTNESS, ROUNDS = 10.0, 60  # inverse regularisation; iterations at most: more change nothing on development messages
EVERYDAY = 4_000  # phrasings of data/ beside the messages of assistant/alarms/
FILES = ("care_pieces.json", "care_words.npz")


class CareWords:
    """`weights`: float32 [columns, levels]; `bias`: float32 [levels]; levels as in adapter.CARE_LEVELS."""

    def __init__(self, pieces: Pieces, weights: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
        self._pieces = pieces
        self._weights = weights
        self._bias = bias

    def probabilities(self, text: str) -> NDArray[np.float32]:
        """float32 [levels]."""
        columns, values = self._pieces.of(text.lower())
        linear = self._bias + values @ self._weights[columns]
        powers = np.exp(linear - linear.max())
        return np.asarray(powers / powers.sum(), np.float32)

    @classmethod
    def learn(cls, alarms: Sequence[tuple[str, int]], everyday: Sequence[str]) -> CareWords:
        """From messages with the place of their level in CARE_LEVELS, and phrasings that are none."""
        chosen = random.Random(0).sample(list(everyday), min(EVERYDAY, len(everyday)))
        cases = [*alarms, *((text, CARE_LEVELS.index("none")) for text in chosen)]
        texts = [text.lower() for text, _ in cases]
        pieces = Pieces.learn(texts)
        found = LogisticRegression(C=STRICTNESS, max_iter=ROUNDS, tol=1e-3)
        found.fit(pieces.matrix(texts), [level for _, level in cases])
        return cls(pieces, np.asarray(found.coef_.T, np.float32), np.asarray(found.intercept_, np.float32))

    def save(self, folder: Path) -> None:
        self._pieces.save(folder / FILES[0])
        np.savez(folder / FILES[1], weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Path) -> CareWords:
        with np.load(folder / FILES[1], allow_pickle=False) as stored:
            return cls(Pieces.load(folder / FILES[0]), stored["weights"], stored["bias"])
