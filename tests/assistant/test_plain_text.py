from __future__ import annotations

import pytest

from assistant.plain_text import MAX_CHARACTERS, without_command


@pytest.mark.parametrize(
    "typed",
    ["/restart", "  /restart", "\u200b/restart", "\x00/restart", "／restart", "//restart", "/ /restart", "\u202e/restart"],
)
def test_typed_command_is_plain_words(typed: str) -> None:
    assert without_command(typed) == "restart"


def test_slash_inside_a_text_stays() -> None:
    assert without_command("my bp is 120/80") == "my bp is 120/80"


def test_nul_and_lone_surrogate_become_blanks() -> None:
    assert without_command("a\x00b\ud800c") == "a b c"


def test_long_text_is_cut() -> None:
    assert len(without_command("x" * 1_000_000)) == MAX_CHARACTERS
