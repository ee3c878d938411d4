"""What triage hands to the other rooms: care level, evidence, temperature, what was discounted and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

Language = Literal["en", "es"]
Reason = Literal[
    "denied", "hypothetical", "question", "past", "someone_else", "figurative", "not_body_temperature", "named"
]


class Level(IntEnum):
    """Care levels of the triage policy, comparable: a higher one is never lowered by a lower one."""

    none = 0
    routine = 1
    ask = 2
    urgent = 3
    emergency = 4

    @property
    def word(self) -> str:
        """The name as it travels in JSON and in records."""
        return self.name


class TriageError(Exception):
    """The rules cannot be read. Permanent: trying again with the same files fails the same way."""

    permanent = True


@dataclass(frozen=True)
class Sign:
    """A symptom found in the text; start and end count characters of the text as it was written."""

    id: str
    level: Level
    start: int
    end: int
    phrase: str


@dataclass(frozen=True)
class Discounted:
    """A sign that does not count, and why."""

    sign: Sign
    reason: Reason


@dataclass(frozen=True)
class Temperature:
    """A body temperature in both units, each rounded to one tenth of a degree."""

    celsius: float
    fahrenheit: float
    start: int
    end: int
    unit_given: bool


@dataclass(frozen=True)
class Verdict:
    """The answer of triage for one message. `question_open`: the patient still owes us a temperature after it.

    `if_not_had`: the verdict where a second look hears that signs which triage leaves open (triage/doubt.py: "seizure risk?") are
    spoken of and not had; None when none is. Without a second look this verdict itself stands.
    """

    level: Level
    signs: tuple[Sign, ...]
    temperature: Temperature | None
    discounted: tuple[Discounted, ...]
    language: Language
    question_open: bool = False
    if_not_had: Verdict | None = None

    @property
    def firm(self) -> Verdict:
        """What stands whatever a second look says."""
        return self.if_not_had or self


@dataclass(frozen=True)
class Context:
    """What the conversation knows before this message.

    `last_level`: the highest level so far ("it is back" repeats it); `asked_temperature`: our question is open;
    `signs`: ids of what was found before (fever, then confusion, is graver than each).
    """

    last_level: Level = Level.none
    asked_temperature: bool = False
    signs: frozenset[str] = frozenset()
    hours_since_infusion: float | None = None

    def after(self, verdict: Verdict) -> Context:
        """What the conversation knows after a message: levels never fall, a digression leaves the question open.

        A sign that was left open is remembered too: what is only spoken of now may be had at the next message.
        """
        return replace(
            self,
            last_level=max(self.last_level, verdict.level),
            asked_temperature=verdict.firm.question_open,
            signs=self.signs | {sign.id for sign in verdict.signs},
        )
