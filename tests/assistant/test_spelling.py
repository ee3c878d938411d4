from __future__ import annotations

import pytest

from assistant.spelling import Speller, load_shorthand


@pytest.fixture
def speller() -> Speller:
    vocabulary = ["infusion", "tired", "tiredness", "fever", "dangerous", "steroids", "chills"]
    frequent = ["how", "long", "does", "the", "last", "form", "from", "fired", "never", "will"]
    return Speller(vocabulary, frequent, load_shorthand())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("hw long does the infusoin last", "how long does the infusion last"),
        ("is it dangrous", "is it dangerous"),
        ("feverrrr", "fever"),
        ("u", "you"),
        ("can't", "cannot"),
        ("NK 92", "nk-92"),
        ("nk92", "nk-92"),
        ("NK-92", "nk-92"),
    ],
)
def test_slips_and_shorthand_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.spell(typed) == meant


@pytest.mark.parametrize("word", ["fired", "never", "form", "xyz", "chil"])
def test_good_english_and_short_words_are_left_alone(speller: Speller, word: str) -> None:
    assert speller.spell(word) == word


def test_plain_text_stays_as_it_is(speller: Speller) -> None:
    text = "how long does the fever last?"
    assert speller.spell(text) == text
