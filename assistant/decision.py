"""Decides what a ranking means: an answer, two answers, an answer with the runner-up offered, or "not sure"."""
from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, Mapping, Optional, Sequence

from assistant.second_look import Heard

UNKNOWN = "nlu_fallback"


@dataclass(frozen=True)
class Thresholds:
    """May be set in config.yml; the defaults were chosen on development messages (docs/understanding.md says how).

    `answer`: least certainty (0 to 1) to answer an education question; `other`: the same for the other groups.
    `offer`: least certainty at which a refused message offers its likeliest subjects as quick replies.
    `close`: the runner-up is offered beside the answer when its share comes this near.
    `part`: least certainty of one clear question in much talk; `each`: of each of two questions that both get an answer.
    """

    answer: float = 0.17
    other: float = 0.12
    offer: float = 0.08
    close: float = 0.6
    part: float = 0.5
    each: float = 0.7

    def as_config(self) -> dict[str, float]:
        return asdict(self)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Thresholds:
        return cls(**{known.name: float(config[known.name]) for known in fields(cls) if known.name in config})


@dataclass(frozen=True)
class Ranked:
    """One text's intents, best first, with their share (softmax) and the certainty (0 to 1) that the first is right."""

    intents: Sequence[str]
    shares: Sequence[float]
    certainty: float


@dataclass(frozen=True)
class Decision:
    """What the assistant takes a message to mean. `doubtful`: the report of an alarm that neither encoder nor words hear."""

    intent: str
    confidence: float
    spelled: str = ""
    runner_up: Optional[str] = None
    runner_up_confidence: float = 0.0
    also: Sequence[str] = field(default_factory=tuple)
    offered: Sequence[str] = field(default_factory=tuple)
    close: bool = False
    doubtful: bool = False
    heard: Optional[Heard] = None
    ranking: Sequence[tuple[str, float]] = field(default_factory=tuple)

    @classmethod
    def chosen(cls, intent: str) -> Decision:
        """A quick reply was tapped: nothing to understand."""
        return cls(intent=intent, confidence=1.0)

    def as_json(self) -> dict[str, Any]:
        kept = asdict(self)
        kept.pop("ranking")
        kept.pop("heard")
        return {**kept, "also": list(self.also), "offered": list(self.offered), "level": "none"}


def decide(ranked: Ranked, spelled: str, thresholds: Thresholds) -> Decision:
    """One text, one meaning."""
    best, second = ranked.intents[0], ranked.intents[1]
    needed = thresholds.answer if answers(best) else thresholds.other
    common: dict[str, Any] = {
        "spelled": spelled,
        "runner_up": second,
        "runner_up_confidence": round(ranked.shares[1], 4),
        "ranking": [(name, round(share, 4)) for name, share in zip(ranked.intents, ranked.shares)][:5],
    }
    if ranked.certainty < needed:
        likely = [name for name in ranked.intents[:3] if answers(name)][:2] if ranked.certainty >= thresholds.offer else []
        return Decision(intent=UNKNOWN, confidence=round(ranked.certainty, 4), offered=likely, **common)
    near = answers(second) and answers(best) and ranked.shares[1] >= thresholds.close * ranked.shares[0]
    offered = [second] if near else []
    return Decision(intent=best, confidence=round(ranked.certainty, 4), close=near, offered=offered, **common)


def answers(intent: str) -> bool:
    """Whether the monograph holds the answer to this intent."""
    return intent.startswith("education/")
