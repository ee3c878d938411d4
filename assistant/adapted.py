"""all-MiniLM-L6-v2 with a low-rank change (LoRA, Hu 2021) in jax: what assistant/learn_adapter.py follows slopes through.

Not for use at run time: assistant/encoder_graph.py draws the same network for that.
"""
from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from assistant import adapter

LAYERS, HEADS, DEPTH = 6, 12, 32
UNTOUCHED = 2  # the lowest layers read words and stay as they are; leaving them saves a sixth of the time
PARTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip
RANK, KEPT = 16, 0.93
Tree = dict[str, Any]


def no_change(weights: Tree) -> Tree:
    """A change that changes nothing yet: "<layer>.a" [rank, in] of chance, "<layer>.b" [out, rank] of zeros."""
    chance = np.random.default_rng(0)
    tree: Tree = {}
    for layer in (f"encoder.layer.{number}.{part}" for number in range(UNTOUCHED, LAYERS) for part in PARTS):
        wide, narrow = weights[f"{layer}.weight"].shape
        tree[f"{layer}.a"] = jnp.asarray(chance.normal(0, narrow**-0.5, (RANK, narrow)).astype(np.float32))
        tree[f"{layer}.b"] = jnp.zeros((wide, RANK), jnp.float32)
    return tree


def embedding(weights: Tree, tree: Tree, ids: Any, mask: Any, key: Any = None) -> Any:
    """float [batch, 384], rows of length 1. ids, mask: [batch, tokens]. With a `key`, parts are dropped as in training."""
    words = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
    hidden = _norm(weights, words + weights["embeddings.position_embeddings.weight"][: ids.shape[1]], "embeddings.LayerNorm")
    for number in range(LAYERS):
        hidden = _layer(weights, tree, hidden, mask, f"encoder.layer.{number}")
        if key is not None and number >= UNTOUCHED:
            key, now = jax.random.split(key)
            hidden = hidden * jax.random.bernoulli(now, KEPT, hidden.shape) / KEPT
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return mean / jnp.linalg.norm(mean, axis=1, keepdims=True)


def _layer(weights: Tree, tree: Tree, hidden: Any, mask: Any, name: str) -> Any:
    rows, tokens, width = hidden.shape

    def heads(part: str) -> Any:
        return _linear(weights, tree, hidden, f"{name}.attention.self.{part}").reshape(rows, tokens, HEADS, DEPTH).transpose(0, 2, 1, 3)

    query, key, value = heads("query"), heads("key"), heads("value")
    share = jax.nn.softmax(query @ key.transpose(0, 1, 3, 2) / DEPTH**0.5 + (1 - mask)[:, None, None, :] * -1e4, -1)
    mixed = (share @ value).transpose(0, 2, 1, 3).reshape(rows, tokens, width)
    attended = _norm(weights, _linear(weights, tree, mixed, f"{name}.attention.output.dense") + hidden, f"{name}.attention.output.LayerNorm")
    inner = jax.nn.gelu(_linear(weights, tree, attended, f"{name}.intermediate.dense"), approximate=False)
    return _norm(weights, _linear(weights, tree, inner, f"{name}.output.dense") + attended, f"{name}.output.LayerNorm")


def _linear(weights: Tree, tree: Tree, value: Any, name: str) -> Any:
    plain = value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    if f"{name}.a" not in tree:
        return plain
    return plain + adapter.SCALE * ((value @ tree[f"{name}.a"].T) @ tree[f"{name}.b"].T)


def _norm(weights: Tree, value: Any, name: str) -> Any:
    mean = value.mean(-1, keepdims=True)
    spread = ((value - mean) ** 2).mean(-1, keepdims=True)
    return (value - mean) / jnp.sqrt(spread + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]
