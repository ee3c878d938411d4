"""How many messages get their care level from the whole assistant: rules, the learned second look, symptom reports.

`python -m benchmarks.alarms FILE…`, in Rasa's environment. Case files as in benchmarks/triage_cases.py; never prints a message
unless asked with --misses. Conversations are carried from turn to turn as intake does.
"""
from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from benchmarks.triage_cases import ANY, is_right
from benchmarks.understanding import ROOT, Assistant
from triage import Context, Level, assess


def level_of(replies: Sequence[Mapping[str, Any]]) -> Level:
    """The highest level at which a turn was answered."""
    return max((Level[str(reply["level"] or "none")] for reply in replies), default=Level.none)


def levels(assistant: Assistant, name: str, turns: Sequence[Mapping[str, str]]) -> list[Level]:
    """The level of each turn: triage's own in the service, or what the assistant answers when that is higher."""
    context, found = Context(), []
    for turn in turns:
        verdict = assess(turn["text"], context=context)
        known = {"level": context.last_level.word, "signs": sorted(context.signs), "asked_temperature": context.asked_temperature}
        found.append(max(verdict.firm.level, level_of(assistant.replies(turn["text"], name, known=known))))
        context = context.after(verdict)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--model", type=Path, default=ROOT / "models" / "nk92.tar.gz")
    parser.add_argument("--misses", action="store_true", help="also print every miss: only for development files")
    options = parser.parse_args()
    assistant = Assistant(options.model)
    for file in options.files:
        right: Counter[str] = Counter()
        total: Counter[str] = Counter()
        for number, case in enumerate(yaml.safe_load(file.read_text(encoding="utf-8"))):
            turns = case.get("turns") or [case]
            for turn, level in zip(turns, levels(assistant, f"{file.parent.name}-{file.stem}-{number}", turns)):
                if turn["level"] == ANY:
                    continue
                total[turn["level"]] += 1
                right[turn["level"]] += is_right(turn["level"], level)
                if options.misses and not is_right(turn["level"], level):
                    print(f"    {turn['level']} not {level.word}: {turn['text']}")
        shares = ", ".join(f"{level} {right[level]}/{total[level]} = {right[level] / total[level]:.3f}" for level in total)
        print(f"{file.parent.name}/{file.stem}: {shares}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
