from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.sms.gsm import is_plain, plain, segments, septets
from channels.sms.split import MOST_SEGMENTS, first_and_rest, fits, split

gsm_text = st.text(alphabet="abc dé.!?\n€[]ñ", max_size=900)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("“Call” — don’t wait…", '"Call" - don\'t wait...'),
        ("100.4°F (38°C)", "100.4 F (38 C)"),
        ("así, ¿qué? Tómela más", "asi, ¿qué? Tomela mas"),
        ("≥ 38 × 2 • ½", ">= 38 x 2 - 1/2"),
        ("ok 👍🏽 bye\u200b\u00a0now", "ok bye now"),
        ("ﬁne", "fine"),
        ("日本", "??"),
        ("a\r\nb\tc", "a\nb c"),
    ],
)
def test_words_come_into_the_alphabet_as_they_are_meant(written: str, sent: str) -> None:
    assert plain(written) == sent


@given(st.text(max_size=400))
def test_everything_becomes_gsm_7_and_stays_it(text: str) -> None:
    once = plain(text)
    assert is_plain(once) and plain(once) == once


@given(st.text(alphabet=st.characters(codec="ascii", categories=("L", "N")), max_size=200))
def test_plain_letters_and_digits_are_never_changed(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("€" * 80, 1), ("€" * 81, 2), ("a" * 152 + "€" * 10, 2)],
)
def test_segments_are_counted_as_they_are_charged(text: str, count: int) -> None:
    assert segments(text) == count


def test_double_character_is_not_cut_in_two() -> None:
    assert septets("a" * 152 + "€" + "a" * 152) == 306
    assert segments("a" * 152 + "€" + "a" * 152) == 3


@given(gsm_text)
def test_split_loses_nothing_and_each_text_fits(text: str) -> None:
    parts = split(text)
    assert all(segments(part) <= MOST_SEGMENTS for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(gsm_text, st.sampled_from(["", "\nText MORE for the rest."]))
def test_first_and_rest_lose_nothing_and_leave_room_for_the_hint(text: str, hint: str) -> None:
    first, rest = first_and_rest(text, hint=hint)
    assert fits(first + hint if rest else first)
    assert "".join((first + rest).split()) == "".join(text.split())


def test_text_is_cut_at_the_end_of_a_sentence() -> None:
    sentence = "You may feel tired for a day or two after it. "
    first, rest = first_and_rest(sentence * 9, hint="\nText MORE for the rest.")
    assert first.endswith("after it.") and rest.startswith("You may")


def test_one_long_sentence_is_cut_after_a_word_and_one_long_word_anywhere() -> None:
    assert all(part.endswith("tired") for part in split("tired " * 120))
    assert [len(part) for part in split("a" * 700)] == [306, 306, 88]
