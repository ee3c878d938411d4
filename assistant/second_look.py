"""A learned second look at every message: it may raise the care level that the rules of triage missed, never lower one.

It also says whether a message is calm: then a sign that the rules leave open ("seizure risk?") is not taken as had.
The adapted encoder (assistant/care_network.py) and the words (assistant/care_words.py) say how likely each level is; a small
classifier on the sentence vector (assistant/second_look.yml) says which words fit: 911, or the crisis line.
Not for: deciding alone. Triage's rules come first, and where they found a sign and discounted it, this keeps silent.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.encoder import Vectors

ALARMS_FILE = Path(__file__).parent / "second_look.yml"
LEVELS = ("none", "urgent", "emergency", "suicide")
REPORT = "report/"
MILD = tuple(REPORT + name for name in ("fine", "not_now", "missed_draw", "tired", "nausea", "pain", "dizzy"))  # no alarm in themselves
SECOND_LOOK = "second_look"  # where the level travels in a Rasa message from Understanding to the triage component
TRUST = 0.5  # of the encoder against the words: it reads English better, the words read Spanish
STRICTNESS = 30.0  # inverse regularisation of the logistic regression: chosen on development messages


@dataclass(frozen=True)
class Bars:
    """Least probability to raise to each level; chosen on messages that nothing was learned from (docs/understanding.md).

    `asked_emergency`, `asked_urgent`: the same for a message that was understood as a question. `sure`: the least at which it also
    counts where the rules saw a sign and discounted it. `report`: the least at which a message that the classifier took for the
    report of an alarm is answered as one; below, it is told that it does not sound like one, and whom to call. `calm`: below this
    for both levels together, a message whose signs the rules leave open is no alarm.
    """

    emergency: float = 0.3
    urgent: float = 0.45
    sure: float = 0.6
    report: float = 0.25
    calm: float = 0.1
    asked_emergency: float = 0.4
    asked_urgent: float = 0.6

    def of_a_question(self) -> Bars:
        """The bars for a message that was understood as a question with some certainty."""
        return replace(self, emergency=self.asked_emergency, urgent=self.asked_urgent)


@dataclass(frozen=True)
class Raised:
    """The level that a message should be raised to: urgent, emergency or suicide."""

    level: str
    sure: bool


@dataclass(frozen=True)
class Heard:
    """What the second look makes of a message. `calm`: it hears no alarm at all, not even a faint one."""

    raised: Optional[Raised]
    calm: bool


def joined(encoder: NDArray[np.float32], words: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the encoder and the words say, float32 [3] each, as one: their weighted geometric mean."""
    both = encoder**TRUST * words ** (1 - TRUST)
    return np.asarray(both / both.sum(), np.float32)


def raised(care: NDArray[np.float32], suicide: bool, bars: Bars) -> Optional[Raised]:
    """What should be raised, or None. `care`: as `joined` gives it; `suicide`: that kind is likelier."""
    _, urgent, emergency = (float(share) for share in care)
    if emergency >= bars.emergency:
        return Raised("suicide" if suicide else "emergency", emergency >= bars.sure)
    if emergency + urgent >= bars.urgent:
        return Raised("urgent", emergency + urgent >= bars.sure)
    return None


def is_calm(care: NDArray[np.float32], bars: Bars) -> bool:
    """Whether neither encoder nor words hear even a faint alarm."""
    return float(care[1] + care[2]) < bars.calm


def is_doubtful(intent: str, care: NDArray[np.float32], bars: Bars) -> bool:
    """Whether the classifier heard an alarm where neither encoder nor words hear one. What the rules of triage found stays."""
    return intent.startswith(REPORT) and intent not in MILD and float(care[1] + care[2]) < bars.report


class SecondLook:
    """Tells suicide from other emergencies. `weights`: float [levels, 384]; `bias`: float [levels]; in the order of LEVELS."""

    def __init__(self, weights: NDArray[np.float64], bias: NDArray[np.float64]) -> None:
        self._weights = weights
        self._bias = bias

    def probabilities(self, vector: Vectors) -> dict[str, float]:
        """How likely each level is for a message with this sentence vector; they sum to 1."""
        linear = self._weights @ vector + self._bias
        powers: NDArray[np.float64] = np.exp(linear - np.max(linear))
        return dict(zip(LEVELS, (powers / powers.sum()).tolist()))

    def hear(self, vector: Vectors, care: NDArray[np.float32], bars: Bars) -> Heard:
        """What this message should be raised to, if anything, and whether it is calm."""
        chance = self.probabilities(vector)
        return Heard(raised(care, chance["suicide"] > chance["emergency"], bars), is_calm(care, bars))

    @classmethod
    def learn(cls, vectors: Vectors, levels: Sequence[str]) -> SecondLook:
        found = LogisticRegression(C=STRICTNESS, max_iter=400, class_weight="balanced")
        found.fit(vectors, [LEVELS.index(level) for level in levels])
        return cls(found.coef_, found.intercept_)

    def save(self, file: Path) -> None:
        np.savez(file, weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, file: Path) -> SecondLook:
        with np.load(file, allow_pickle=False) as stored:
            return cls(stored["weights"], stored["bias"])


def examples(texts: Sequence[str], intents: Sequence[str]) -> tuple[list[str], list[str]]:
    """Messages with their levels: those of the file, and the phrasings of data/.

    A phrasing of a report counts as what the file's `reports` says of it; a report that may be either level is left out.
    """
    stored = yaml.safe_load(ALARMS_FILE.read_text(encoding="utf-8"))
    levels: dict[str, str] = {REPORT + name: level for level, names in stored["reports"].items() for name in names}
    found = [(text, level) for level in LEVELS for text in stored[level]]
    for text, intent in zip(texts, intents):
        level = levels.get(intent, "" if intent.startswith(REPORT) else "none")
        if level:
            found.append((text, level))
    return [text for text, _ in found], [level for _, level in found]
