"""The classifier: a message's vector and its word and character pieces, fused in one kernel model.

Trained in closed form (regularised least squares), so that the exact leave-one-out score of every training phrase is
known as well. Not for: deciding what to do with a score (assistant/decision.py). Pure numpy and scipy.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy as np
import scipy.linalg
import scipy.sparse as sparse
from numpy.typing import NDArray

from assistant.cosines import Cosines
from assistant.encoder import Vectors
from assistant.pieces import Pieces

Floats = NDArray[np.float32]
LIKELY = 30  # labels, those with the nearest phrases, that the sentence vector scores; the others' share is nought (docs/understanding.md)


@dataclass(frozen=True)
class Settings:
    """`share`: weight of the sentence vector against the pieces (0 to 1). `ridge`: regularisation.

    `sharpness`: the kernel of two sentences is exp(sharpness · (cosine − 1)).
    """

    share: float = 0.85
    ridge: float = 0.3
    sharpness: float = 3.0


@dataclass(frozen=True)
class Scores:
    """`raw`: one score a label, float32 [labels]; `nearest`: the largest cosine to a training phrase of each label."""

    raw: Floats
    nearest: Floats


class Fusion:
    """Fitted model. `labels`: the intents, in the order of the scores."""

    def __init__(self, settings: Settings, labels: Sequence[str], pieces: Pieces, cosines: Cosines, arrays: dict[str, Floats]) -> None:
        self.labels = list(labels)
        self.settings = settings
        self.pieces = pieces
        self._arrays = arrays
        self._cosines = cosines
        self._weights = arrays["weights"]
        self._alpha = np.ascontiguousarray(arrays["alpha"].T)  # one row a label
        # phrases are sorted by label, so that the best cosine of each label is one reduceat
        self._starts = arrays["starts"].astype(np.int64)

    def score(self, text: str, vector: Vectors) -> Scores:
        """Scores of one spelled text; `vector`: float32 [384]."""
        cosines = self._cosines.of(vector)
        nearest = np.maximum.reduceat(cosines, self._starts)
        kernel = np.exp(self.settings.sharpness * (cosines - 1.0))
        raw = np.zeros(len(self.labels), np.float32)
        for label in np.argpartition(-nearest, min(LIKELY, len(raw)) - 1)[:LIKELY]:
            raw[label] = self.settings.share * (kernel @ self._alpha[label])
        columns, values = self.pieces.of(text)
        if len(columns):
            raw = raw + (1.0 - self.settings.share) * (values @ self._weights[columns])
        return Scores(raw, nearest)

    def save(self, folder: Path) -> None:
        self._cosines.save(folder)
        np.savez(folder / "fusion.npz", **self._arrays)  # type: ignore[arg-type]

    @classmethod
    def load(cls, folder: Path, settings: Settings, labels: Sequence[str], pieces: Pieces) -> Fusion:
        with np.load(folder / "fusion.npz", allow_pickle=False) as stored:
            return cls(settings, labels, pieces, Cosines.load(folder), {name: stored[name] for name in stored.files})


@dataclass(frozen=True)
class Fitted:
    """The model with what unseen.py needs. Phrases are sorted by label.

    `targets`, `alpha`: float32 [phrases, labels]; `root`: lower triangle, [phrases, phrases], with rootᵀ · root =
    (kernel + ridge)⁻¹; `owners`: the label's number of each phrase.
    """

    model: Fusion
    targets: Floats
    alpha: Floats
    root: Floats
    vectors: Vectors
    owners: NDArray[np.int64]


def fit(texts: Sequence[str], intents: Sequence[str], vectors: Vectors, settings: Settings) -> Fitted:
    """Fits spelled `texts` with their `intents`; `vectors`: float32 [texts, 384]."""
    rows = sorted(range(len(texts)), key=lambda row: intents[row])
    texts, vectors = [texts[row] for row in rows], vectors[rows]
    labels = sorted(set(intents))
    numbers = {label: number for number, label in enumerate(labels)}
    owners = np.array([numbers[intents[row]] for row in rows], np.int64)
    pieces = Pieces.learn(texts)
    matrix = pieces.matrix(texts)
    targets = np.zeros((len(texts), len(labels)), np.float32)
    targets[np.arange(len(texts)), owners] = 1.0
    root = _root_of_inverse(_kernel(vectors, matrix, settings), settings.ridge)
    alpha = np.asarray(root.T @ (root @ targets), np.float32)
    arrays = {
        "alpha": alpha,
        "weights": np.asarray(matrix.T @ alpha, np.float32),
        "starts": np.searchsorted(owners, np.arange(len(labels))).astype(np.float32),
    }
    return Fitted(Fusion(settings, labels, pieces, Cosines.learn(vectors), arrays), targets, alpha, root, vectors, owners)


def _kernel(vectors: Vectors, matrix: sparse.csr_matrix, settings: Settings) -> Floats:
    sentence = np.exp(settings.sharpness * (vectors @ vectors.T - 1.0))
    piece = np.asarray((matrix @ matrix.T).todense(), np.float32)
    kernel: Floats = settings.share * sentence + (1.0 - settings.share) * piece
    return kernel


def _root_of_inverse(kernel: Floats, ridge: float) -> Floats:
    """The inverse of the Cholesky factor: all that is needed of the inverse, for two thirds of its price."""
    kernel[np.diag_indices_from(kernel)] += ridge
    factor = scipy.linalg.cholesky(kernel, lower=True, overwrite_a=True, check_finite=False)
    root, failed = scipy.linalg.lapack.strtri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ArithmeticError("the kernel matrix could not be inverted")
    result: Floats = root
    return result
