"""Frequent words that triage would misread as a word of its rules: `python -m benchmarks.slips LANGUAGE WORDLIST`.

WORDLIST: a word a line, most frequent first (any frequency list of the language). What is printed is no slip of the finger
and belongs into triage/rules/<language>/leave_alone.yml; real misspellings in the list do not.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from triage.normalise import normalise
from triage.rules import rulebook

FREQUENT = 12000  # words of a language that people seldom misspell into each other


def bent(words: Iterable[str], language: str) -> Iterator[tuple[str, str]]:
    """Each word that the speller reads as another, with its reading."""
    speller = rulebook("es" if language == "es" else "en").speller
    for word in words:
        plain = normalise(word).text.replace("'", "")
        if re.fullmatch("[a-z]{3,24}", plain) and not speller.knows(plain) and not speller.is_short(plain):
            reading = " ".join(speller.read(plain))
            if reading != "_":
                yield plain, reading


def main() -> None:
    """Prints them, a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", choices=["en", "es"])
    parser.add_argument("wordlist", type=Path)
    arguments = parser.parse_args()
    words = arguments.wordlist.read_text(encoding="utf-8").split()[:FREQUENT]
    for plain, reading in bent(words, arguments.language):
        sys.stdout.write(f"{plain}\t{reading}\n")


if __name__ == "__main__":
    main()
