from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.inbound import not_a_command, storable


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud83d", "\ufffd"),
        ("\ud800\udfff", "\ufffd\ufffd"),
        ("😀 é\n\t\u202e", "😀 é\n\t\u202e"),
    ],
)
def test_only_what_no_database_takes_is_replaced(typed: str, kept: str) -> None:
    assert storable(typed) == kept


@given(st.text(st.characters(exclude_categories=())))
def test_stored_text_can_always_be_written(text: str) -> None:
    kept = storable(text)
    assert len(kept) == len(text)
    assert b"\x00" not in kept.encode("utf-8")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("/restart", " restart"),
        ("\uff0frestart", " restart"),
        ("  /restart", "   restart"),
        ("\u200b\u200f\x01/restart", "    restart"),
        ("//restart", "  restart"),
        ("/ / restart", "    restart"),
        ("and/or", "and/or"),
        ("take 1/2", "take 1/2"),
        ("", ""),
        ("///", " "),
    ],
)
def test_slash_before_the_first_word_is_no_command(typed: str, asked: str) -> None:
    assert not_a_command(typed) == asked


@given(st.text(st.sampled_from("/\uff0f \t\n\u200b\u202e\x00ab1")))
def test_no_text_begins_with_a_command_whatever_is_stripped(text: str) -> None:
    left = [char for char in not_a_command(text) if unicodedata.category(char)[0] not in "CZ"]
    assert not left or not unicodedata.normalize("NFKC", left[0]).startswith("/")
