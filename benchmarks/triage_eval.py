"""Measures triage against outside tables: `python -m benchmarks.triage_eval DIRECTORY`. No test needs them.

Where medspaCy can be imported its ConText is measured in the same run (`pip install medspacy` into an environment of its
own, together with this project's requirements). Case files: benchmarks/triage_cases.py.

DIRECTORY may hold negex.tsv (the NegEx test kit: id, sentence, phrase, label) and temperatures.tsv (text, value,
unit, kind, language). A table that is not there is named and left out.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from triage import assess, load
from triage.context import is_denied
from triage.quantity import Quantity, degrees_named

SHORT = "hi I wanted to ask about my husband he has been feeling quite tired today"
DENSE = "no fever but i cant breathe and my chest hurts since noon my temp is 101.2 "


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated table."""
    csv.field_size_limit(10**7)
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def negation(path: Path) -> str:
    """Recall and precision of denial, given the phrase; medspaCy beside it."""
    ours = _negation("negation", path, lambda sentence, phrase: is_denied(sentence.lower(), phrase.lower()))
    other = medspacy_denies()
    if other is None:
        return ours + "\nnegation (medspaCy): not installed; `pip install medspacy` in an environment of its own"
    return ours + "\n" + _negation("negation (medspaCy)", path, other)


def _negation(name: str, path: Path, denies: Callable[[str, str], bool]) -> str:
    found = wrong = missed = 0
    for row in rows(path):
        denied = denies(row["sentence"], row["phrase"])
        negated = row["label"] == "Negated"
        found += denied and negated
        wrong += denied and not negated
        missed += negated and not denied
    return f"{name}: recall {found / (found + missed):.3f}, precision {found / (found + wrong):.3f}"


def medspacy_denies() -> Callable[[str, str], bool] | None:
    """medspaCy's ConText with its own rules, given the phrase; None when it is not installed."""
    try:
        import medspacy
        from spacy.tokens import Span
    except ImportError:
        return None
    context = medspacy.load(medspacy_enable={"medspacy_pyrush", "medspacy_context"})

    def denies(sentence: str, phrase: str) -> bool:
        doc = context.make_doc(sentence)
        start = sentence.lower().find(phrase.lower())
        span = doc.char_span(start, start + len(phrase), label="PROBLEM", alignment_mode="expand") if start >= 0 else None
        if span is None:
            return False
        doc.ents = (Span(doc, span.start, span.end, label="PROBLEM"),)
        for _, component in context.pipeline:
            doc = component(doc)
        return any(entity._.is_negated for entity in doc.ents)

    return denies


def is_right(row: dict[str, str], read: list[Quantity]) -> bool:
    """Whether what was read is what the table says."""
    if row["kind"] == "none":
        return not read
    values = [float(value) for value in row["value"].split("..")]
    right = [quantity.value for quantity in read[: len(values)]] == values
    unit = read[len(values) - 1].unit or "deg" if right else ""
    bound = row["kind"] if row["kind"] in ("above", "below") else "exact"
    return right and unit == row["unit"] and (len(values) > 1 or read[0].bound == bound)


def temperatures(path: Path) -> str:
    """Values and units right; the rest are listed."""
    table = list(rows(path))
    wrong = [
        row["text"]
        for row in table
        if not is_right(row, degrees_named(row["text"], language="es" if row["lang"] == "es" else "en"))
    ]
    return "\n".join([f"temperatures: {len(table) - len(wrong)} of {len(table)} right", *wrong])


def speed() -> str:
    """Median times in milliseconds of messages of several lengths."""
    lines = []
    for name, text, length in (("plain", SHORT, 15), ("plain", SHORT, 2000), ("dense", DENSE, 15), ("dense", DENSE, 2000)):
        message = " ".join((text.split() * length)[:length])
        times = []
        for _ in range(31):
            start = time.perf_counter()
            assess(message)
            times.append(1000 * (time.perf_counter() - start))
        lines.append(f"speed: {name}, {length} words: {statistics.median(times):.2f} ms")
    return "\n".join(lines)


def main() -> None:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    directory = parser.parse_args().directory
    load()
    for name, measure in (("negex.tsv", negation), ("temperatures.tsv", temperatures)):
        path = directory / name
        sys.stdout.write((measure(path) if path.exists() else f"{name} is not in {directory}: left out") + "\n")
    sys.stdout.write(speed() + "\n")


if __name__ == "__main__":
    main()
