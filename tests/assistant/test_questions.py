from __future__ import annotations

import pytest

from assistant.questions import points_back, split


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("how long does it take and can i drive home", ["how long does it take", "can i drive home"]),
        ("will i be tired? what about fever?", ["will i be tired?", "what about fever?"]),
        ("chills and shaking", ["chills and shaking"]),
        ("perforin and granzyme b", ["perforin and granzyme b"]),
        ("what is nk-92", ["what is nk-92"]),
        ("", []),
    ],
)
def test_separate_questions_are_found(text: str, parts: list[str]) -> None:
    assert list(split(text)) == parts


def test_word_that_points_back_is_found_as_a_word() -> None:
    assert points_back("how long does that last") and points_back("is it dangerous?")
    assert not points_back("how much is the city bus")
