"""Words, word pairs and character runs of a text as a sparse vector of length 1 (TF-IDF)."""
from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Iterator, Sequence

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray

from assistant.spelling import words_of

CHARACTERS = (2, 5)  # lengths of character runs, inside a word with its borders
MIN_PHRASES = 2  # a piece of one phrase only teaches nothing


def pieces_of(text: str) -> Iterator[str]:
    """Every piece of `text`, with repetitions."""
    words = words_of(text)
    for first, second in zip(words, words[1:]):
        yield f"{first} {second}"
    for word in words:
        yield f" {word} "
        bordered = f"_{word}_"
        for length in range(CHARACTERS[0], CHARACTERS[1] + 1):
            for start in range(len(bordered) - length + 1):
                yield bordered[start : start + length]


class Pieces:
    """`columns`: piece → column; `rarity`: inverse document frequency, float32 [columns]."""

    def __init__(self, columns: dict[str, int], rarity: NDArray[np.float32]) -> None:
        self._columns = columns
        self._rarity = rarity

    @classmethod
    def learn(cls, texts: Sequence[str]) -> Pieces:
        seen = Counter(piece for text in texts for piece in set(pieces_of(text)))
        kept = sorted(piece for piece, phrases in seen.items() if phrases >= MIN_PHRASES)
        rarity = [1.0 + math.log((1 + len(texts)) / (1 + seen[piece])) for piece in kept]
        return cls({piece: column for column, piece in enumerate(kept)}, np.array(rarity, np.float32))

    def of(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns and values of `text`; both empty when no piece is known."""
        counts = Counter(column for piece in pieces_of(text) if (column := self._columns.get(piece)) is not None)
        columns = np.fromiter(counts.keys(), np.int64, len(counts))
        values = (1.0 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self._rarity[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return columns, np.asarray(values / length, np.float32)

    def matrix(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """float32 [texts, columns]."""
        parts = [self.of(text) for text in texts]
        ends = np.cumsum([0] + [len(columns) for columns, _ in parts])
        columns = np.concatenate([columns for columns, _ in parts])
        values = np.concatenate([values for _, values in parts])
        return sparse.csr_matrix((values, columns, ends), shape=(len(texts), len(self._rarity)))

    def save(self, file: Path) -> None:
        file.write_text(json.dumps({"pieces": list(self._columns), "rarity": self._rarity.tolist()}))

    @classmethod
    def load(cls, file: Path) -> Pieces:
        stored = json.loads(file.read_text())
        return cls({piece: column for column, piece in enumerate(stored["pieces"])}, np.array(stored["rarity"], np.float32))
