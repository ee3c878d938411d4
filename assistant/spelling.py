"""Brings a patient's words nearer to the words that the classifier knows: shorthand, joined names, typing slips.

Only unknown words of four letters or more are touched, and only towards words of our own data: bending good English
costs more than it mends (measured; see docs/understanding.md). Not for triage, which has a speller of its own.
"""
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Iterable, Mapping

import symspellpy
import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

WORD = re.compile(r"[^\W_]+(?:['/-][^\W_]+)*", re.UNICODE)
DRUG = re.compile(r"\bn\W?k\W{0,2}(?:-|\s)?\s?92\b|\bnk\s?ninety\s?two\b|\bn k 92\b", re.IGNORECASE)
STRETCHED = re.compile(r"(\w)\1{2,}")
SHORTEST = 4
LONG = 7  # letters from which two slips may be mended
QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"'})


def load_shorthand(file: Path = Path(__file__).with_name("shorthand.yml")) -> Mapping[str, str]:
    """Shorthand → plain words."""
    loaded: Mapping[str, str] = {str(short): str(full) for short, full in yaml.safe_load(file.read_text("utf-8")).items()}
    return loaded


def english_words() -> set[str]:
    """The words of a public frequency list of English (symspellpy's): they are no slips, whatever they are near."""
    listed = Path(symspellpy.__file__).with_name("frequency_dictionary_en_82_765.txt")
    return {line.split(" ")[0] for line in listed.read_text("utf-8-sig").splitlines()}


def words_of(text: str) -> list[str]:
    """The words of `text` in lower case."""
    return WORD.findall(text.lower())


class Speller:
    """`vocabulary`: words to correct towards. `frequent`: words that are left alone."""

    def __init__(self, vocabulary: Iterable[str], frequent: Iterable[str], shorthand: Mapping[str, str]) -> None:
        self.vocabulary = sorted({word for word in vocabulary if len(word) >= SHORTEST})
        self._known = set(vocabulary) | set(frequent)
        self._shorthand = dict(shorthand)
        self._corrected = lru_cache(maxsize=20_000)(self._nearest)

    def spell(self, text: str) -> str:
        """Plain lower-case text; the same for a text that is already plain."""
        plain = unicodedata.normalize("NFKC", text).translate(QUOTES).lower()
        plain = DRUG.sub("nk-92", plain)
        return WORD.sub(lambda found: self._word(found.group()), plain)

    def _word(self, word: str) -> str:
        bare = word.replace("'", "")
        full = self._shorthand.get(word) or self._shorthand.get(bare)
        if full:
            return full
        if word in self._known or len(word) < SHORTEST or not word.isalpha():
            return word
        return self._corrected(word)

    def _nearest(self, word: str) -> str:
        """The word of the vocabulary within one slip, or two in a long word of the same first letter; else the word itself."""
        calm = STRETCHED.sub(r"\1", word)
        if calm in self._known:
            return calm
        alike = [known for known in self.vocabulary if known[0] == calm[0]]
        allowed = 1 if len(calm) < LONG else 2
        found = process.extractOne(calm, alike, scorer=OSA.distance, score_cutoff=allowed)
        found = found or process.extractOne(calm, self.vocabulary, scorer=OSA.distance, score_cutoff=1)
        return found[0] if found else word
