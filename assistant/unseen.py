"""Scores of training phrases by a model that has not seen them, in closed form; certainty is learnt from these."""
from __future__ import annotations

from typing import Iterable, Sequence

import numpy as np
import scipy.linalg

from assistant.fusion import Fitted, Floats


def without_phrase(fitted: Fitted) -> tuple[Floats, Floats]:
    """Each phrase, by the model without it: scores and nearest cosines, both [phrases, labels]."""
    diagonal = np.einsum("ij,ij->j", fitted.root, fitted.root)[:, None]  # of the inverse
    cosines = fitted.vectors @ fitted.vectors.T
    np.fill_diagonal(cosines, -1.0)
    return fitted.targets - fitted.alpha / diagonal, _by_label(fitted, cosines)


def without_label(fitted: Fitted, labels: Iterable[str]) -> tuple[Floats, Floats]:
    """Each phrase of `labels`, by the model without its whole label: as if nobody had thought of that subject."""
    scores: list[Floats] = []
    nearest: list[Floats] = []
    for label in labels:
        number = fitted.model.labels.index(label)
        rows = np.flatnonzero(fitted.owners == number)
        columns = fitted.root[rows[0] :, rows[0] : rows[-1] + 1]  # a label's phrases stand together; above them is nothing
        block = columns.T @ columns
        change = scipy.linalg.solve(block, fitted.alpha[rows], assume_a="pos", check_finite=False)
        raw = fitted.targets[rows] - change
        near = _by_label(fitted, fitted.vectors[rows] @ fitted.vectors.T)
        raw[:, number], near[:, number] = -1.0, -1.0
        scores.append(raw.astype(np.float32))
        nearest.append(near)
    return np.concatenate(scores), np.concatenate(nearest)


def _by_label(fitted: Fitted, cosines: Floats) -> Floats:
    starts: Sequence[int] = np.searchsorted(fitted.owners, np.arange(len(fitted.model.labels))).tolist()
    result: Floats = np.maximum.reduceat(cosines, starts, axis=1)
    return result
