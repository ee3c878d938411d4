"""Cutting and spelling: words found through slips, and nothing of a patient's words kept."""

from __future__ import annotations

import pytest

from triage import assess
from triage.normalise import normalise
from triage.rules import rulebook
from triage.words import UNKNOWN, cut


def read(text: str, language: str = "en") -> list[str]:
    return [word.word for word in cut(normalise(text), text, rulebook(language).speller)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CHEST", ["chest"]),
        ("chesst", ["chest"]),
        ("hceadache", ["headache"]),
        ("breeeeathe", ["breathe"]),
        ("cantbreathe", ["cant", "breathe"]),
        ("can t breathe", ["cant", "breathe"]),
        ("can’t breathe", ["cant", "breathe"]),
        ("thinkin", ["thinking"]),
        ("w/o fever", ["without", "fever"]),
        ("fever.chills", ["fever", ".", "chills"]),
        ("light-headed", ["light", "headed"]),
        ("fever... chills", ["fever", ",", "chills"]),
        ("fever & chills", ["fever", "and", "chills"]),
    ],
)
def test_words_are_read_through_the_way_they_are_written(text: str, words: list[str]) -> None:
    assert read(text) == words


@pytest.mark.parametrize("word", ["cheat", "never", "bathing", "filing", "selling", "strike", "painted"])
def test_frequent_words_are_not_bent_into_signs(word: str) -> None:
    assert read(word)[0] in (word, UNKNOWN)


@pytest.mark.parametrize("word", ["respetar", "reparar", "boda", "garantia"])
def test_frequent_spanish_words_are_not_bent_into_signs(word: str) -> None:
    assert read(word, "es")[0] in (word, UNKNOWN)


def test_missing_full_stop_shows_in_the_capital_letter() -> None:
    assert read("no fever Chest hurts") == ["no", "fever", ",", "chest", "hurts"]
    assert read("NO FEVER CHEST HURTS") == ["no", "fever", "chest", "hurts"]


def test_plain_text_leads_back_to_the_original() -> None:
    text = "Qué ½ “día” ☀️ ＦＵＬＬ"
    plain = normalise(text)
    assert plain.text.split() == ["que", ".5", '"dia"', "|", "full"]
    start = plain.text.index("full")
    low, high = plain.source_span(start, start + 4)
    assert text[low:high] == "ＦＵＬＬ"


def test_words_of_patients_stay_out_of_spacy() -> None:
    assess("xylophonist qwertyuiopish chest pain")
    strings = rulebook("en").vocab.strings
    assert "chest" in strings
    assert "xylophonist" not in strings
    assert "qwertyuiopish" not in strings
