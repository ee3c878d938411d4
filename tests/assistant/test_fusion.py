"""The closed forms must equal what training again without the phrase or the label gives."""
from __future__ import annotations

import numpy as np
import pytest

from assistant import unseen
from assistant.certainty import Certainty, shares
from assistant.fusion import Fitted, Fusion, Settings, fit
from assistant.pieces import Pieces

TEXTS = [
    "will i be tired", "how tired will i feel", "am i going to feel tired after", "tired after it",
    "will i get a fever", "is fever common", "how high is the fever", "fever after it",
    "what does it cost", "does insurance pay", "how much money is it", "cost of it",
]  # fmt: skip
INTENTS = ["education/fatigue"] * 4 + ["education/fever"] * 4 + ["outside/cost"] * 4


@pytest.fixture
def vectors() -> np.ndarray:  # type: ignore[type-arg]
    drawn = np.random.default_rng(7).normal(size=(len(TEXTS), 384))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def fitted(vectors: np.ndarray) -> Fitted:  # type: ignore[type-arg]
    return fit(TEXTS, INTENTS, vectors, Settings(ridge=0.5))


def test_phrase_is_recognised(fitted: Fitted, vectors: np.ndarray) -> None:  # type: ignore[type-arg]
    for text, intent, vector in zip(TEXTS, INTENTS, vectors):
        scores = fitted.model.score(text, vector)
        assert fitted.model.labels[int(np.argmax(scores.raw))] == intent


def test_nearest_is_the_largest_cosine_per_label(fitted: Fitted, vectors: np.ndarray) -> None:  # type: ignore[type-arg]
    scores = fitted.model.score(TEXTS[5], vectors[5])
    expected = [max(float(vectors[5] @ vectors[row]) for row in range(12) if INTENTS[row] == label) for label in fitted.model.labels]
    assert np.allclose(scores.nearest, expected, atol=5e-3)


def test_left_out_phrase_scores_as_if_trained_without_it(fitted: Fitted, vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[type-arg]
    full = fitted.model.pieces
    monkeypatch.setattr(Pieces, "learn", classmethod(lambda cls, texts: full))
    raw, _ = unseen.without_phrase(fitted)
    for left in (0, 6, 11):
        kept = [row for row in range(len(TEXTS)) if row != left]
        again = fit([TEXTS[row] for row in kept], [INTENTS[row] for row in kept], vectors[kept], Settings(ridge=0.5))
        assert np.allclose(raw[left], again.model.score(TEXTS[left], vectors[left]).raw, atol=1e-3)


def test_left_out_label_scores_as_if_nobody_had_thought_of_it(fitted: Fitted, vectors: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[type-arg]
    full = fitted.model.pieces
    monkeypatch.setattr(Pieces, "learn", classmethod(lambda cls, texts: full))
    raw, nearest = unseen.without_label(fitted, ["outside/cost"])
    again = fit(TEXTS[:8], INTENTS[:8], vectors[:8], Settings(ridge=0.5))
    for row in range(8, 12):
        assert np.allclose(raw[row - 8, :2], again.model.score(TEXTS[row], vectors[row]).raw, atol=1e-3)
    assert (raw[:, 2] == -1).all() and (nearest[:, 2] == -1).all()


def test_saved_model_scores_the_same(fitted: Fitted, vectors: np.ndarray, tmp_path) -> None:  # type: ignore[type-arg, no-untyped-def]
    fitted.model.save(tmp_path)
    fitted.model.pieces.save(tmp_path / "pieces.json")
    pieces = Pieces.load(tmp_path / "pieces.json")
    loaded = Fusion.load(tmp_path, fitted.model.settings, fitted.model.labels, pieces)
    assert np.allclose(loaded.score(TEXTS[3], vectors[3]).raw, fitted.model.score(TEXTS[3], vectors[3]).raw, atol=1e-6)


def test_certainty_tells_clear_from_unclear() -> None:
    clear = np.tile(np.array([[0.9, 0.1, 0.0]], np.float32), (30, 1))
    unclear = np.tile(np.array([[0.3, 0.28, 0.1]], np.float32), (30, 1))
    raw = np.concatenate([clear, unclear])
    learnt = Certainty.learn(raw, raw, np.array([True] * 30 + [False] * 30))
    assert learnt.of(clear[:1], clear[:1])[0] > 0.8 > 0.2 > learnt.of(unclear[:1], unclear[:1])[0]


def test_shares_add_up_to_one() -> None:
    assert np.allclose(shares(np.array([[0.2, 0.5, 0.1]], np.float32), 12.0).sum(axis=1), 1.0)
