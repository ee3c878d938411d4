"""How many messages of a case file get their level: `python -m benchmarks.triage_cases FILE...`. Never prints a message.

A case file holds messages (`level`, `text`) or conversations (`name`, `turns`); level `any` expects nothing. So files that
were written to be held out can be measured without anybody reading them.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from triage import Context, Level, assess, load

ANY = "any"


def is_right(expected: str, level: Level) -> bool:
    """An emergency must be one, urgent must be escalated, a question asked; without an alarm nothing may be raised."""
    if expected == ANY:
        return True
    wanted = Level[expected]
    if wanted is Level.emergency:
        return level is Level.emergency
    if wanted is Level.urgent:
        return level >= Level.urgent
    return level is Level.ask if wanted is Level.ask else level <= Level.routine


def levels(turns: Sequence[Mapping[str, str]]) -> Iterator[Level]:
    """The level of each turn, carried from turn to turn as intake does."""
    context = Context()
    for turn in turns:
        verdict = assess(turn["text"], context=context)
        yield verdict.level
        context = context.after(verdict)


def judged(cases: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Of each message its expected level and whether it got it; of each conversation whether all its turns did."""
    for case in cases:
        turns = case.get("turns") or [case]
        right = [is_right(turn["level"], level) for turn, level in zip(turns, levels(turns), strict=True)]
        yield ("conversation" if "turns" in case else case["level"]), all(right)


def rates(path: Path) -> str:
    """One line a level: right of all."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for kind, is_good in judged(yaml.safe_load(path.read_text(encoding="utf-8"))):
        total[kind] += 1
        right[kind] += is_good
    shares = (f"{kind} {right[kind]} of {total[kind]} ({100 * right[kind] / total[kind]:.1f} %)" for kind in sorted(total))
    return f"{path.name}: " + ", ".join(shares)


def main() -> None:
    """Prints the rates of each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    load()
    for path in parser.parse_args().files:
        sys.stdout.write(rates(path) + "\n")


if __name__ == "__main__":
    main()
