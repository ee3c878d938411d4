"""The ONNX graph is compared with the same network written out in plain numpy, and with known similarities."""
from __future__ import annotations

from pathlib import Path
from typing import Callable, Sequence, cast

import numpy as np
import pytest

from assistant.build_encoder import KNOWN_SIMILARITIES, TOLERANCE, EncoderBuildError, check_similarities, check_weights
from assistant.encoder import FEW, Encoder, EncoderMissing, Vectors


def test_vectors_have_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(["will i be tired", "a", "what happens to the cells after the infusion is done"])
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)


class Original:
    """An encoder in whose vectors each known pair is as similar as `similarity` says."""

    def __init__(self, similarity: Callable[[float], float]) -> None:
        self._similarity = similarity

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = []
        for _, _, expected in KNOWN_SIMILARITIES:
            cosine = self._similarity(expected)
            rows += [[1.0, 0.0], [cosine, float(np.sqrt(1 - cosine**2))]]
        return np.array(rows * (len(texts) // len(rows)), np.float32)


def test_conversion_is_refused_when_known_sentences_are_not_as_similar_as_in_the_original() -> None:
    check_similarities(cast(Encoder, Original(lambda expected: expected + TOLERANCE / 2)))
    with pytest.raises(EncoderBuildError, match="similarity"):
        check_similarities(cast(Encoder, Original(lambda expected: expected - 2 * TOLERANCE)))


def test_alike_sentences_are_nearer_than_unlike_ones(encoder: Encoder) -> None:
    question, alike, unlike = encoder.encode(["how long does the infusion take", "what is the duration of the drip", "my dog likes the park"])
    assert question @ alike > question @ unlike + 0.3


def test_batch_gives_what_single_texts_give(encoder: Encoder) -> None:
    texts = ["will i get a fever", "how long does it take", "fever", "is it safe for my children to be near me"] * FEW
    assert np.allclose(encoder.encode(texts)[:4], np.concatenate([encoder.encode([text]) for text in texts[:4]]), atol=0.03)


def test_missing_files_say_how_to_mend_it(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="make install"):
        Encoder(tmp_path)


def test_weights_that_are_not_the_published_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    with pytest.raises(EncoderBuildError, match="SHA-256"):
        check_weights(tmp_path)


def test_graph_equals_the_network_in_plain_numpy(tmp_path: Path) -> None:
    import onnxruntime

    from assistant.encoder_graph import sentence_encoder

    weights = small_random_weights()
    model = sentence_encoder(weights)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    ids = np.array([[3, 14, 15, 9]], np.int64)
    (found,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    padded = np.array([[3, 14, 15, 9, 0, 0]], np.int64)
    mask = np.array([[1, 1, 1, 1, 0, 0]], np.int64)
    (with_padding,) = session.run(None, {"input_ids": padded, "attention_mask": mask})
    assert np.allclose(found[0], by_hand(weights, ids[0]), atol=1e-4)
    assert np.allclose(found, with_padding, atol=1e-4)


def small_random_weights() -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    draw = np.random.default_rng(1)

    def some(*shape: int) -> np.ndarray:  # type: ignore[type-arg]
        return (draw.normal(size=shape) * 0.05).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": some(32, 384),
        "embeddings.position_embeddings.weight": some(16, 384),
        "embeddings.token_type_embeddings.weight": some(2, 384),
        "embeddings.LayerNorm.weight": some(384) + 1,
        "embeddings.LayerNorm.bias": some(384),
    }
    shapes = {"attention.self.query": (384, 384), "attention.self.key": (384, 384), "attention.self.value": (384, 384),
              "attention.output.dense": (384, 384), "intermediate.dense": (1536, 384), "output.dense": (384, 1536)}  # fmt: skip
    for layer in range(6):
        for name, shape in shapes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = some(*shape)
            weights[f"encoder.layer.{layer}.{name}.bias"] = some(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            weights[f"encoder.layer.{layer}.{name}.weight"] = some(384) + 1
            weights[f"encoder.layer.{layer}.{name}.bias"] = some(384)
    return weights


def by_hand(weights: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    from scipy.special import erf, softmax

    def norm(value: np.ndarray, name: str) -> np.ndarray:  # type: ignore[type-arg]
        middle = value - value.mean(-1, keepdims=True)
        return middle / np.sqrt(value.var(-1, keepdims=True) + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(value: np.ndarray, name: str) -> np.ndarray:  # type: ignore[type-arg]
        return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    value = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][: len(ids)]
    value = norm(value + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        name = f"encoder.layer.{layer}"
        parts = [linear(value, f"{name}.attention.self.{part}").reshape(-1, 12, 32) for part in ("query", "key", "value")]
        share = softmax(np.einsum("qhd,khd->hqk", parts[0], parts[1]) / np.sqrt(32), axis=-1)
        mixed = np.einsum("hqk,khd->qhd", share, parts[2]).reshape(-1, 384)
        value = norm(value + linear(mixed, f"{name}.attention.output.dense"), f"{name}.attention.output.LayerNorm")
        inner = linear(value, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        value = norm(value + linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    mean = value.mean(0)
    return mean / np.linalg.norm(mean)
