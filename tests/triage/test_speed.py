"""Speed: generous bounds here (machines differ); the figures are in benchmarks/triage_eval.py."""

from __future__ import annotations

import time

import pytest

from triage import assess, load

SENTENCE = "hi I wanted to ask about my husband he has been feeling quite tired since monday. "
DENSE = "no fever but i cant breathe and my chest hurts if i walk, 101 or 102, blood "
ENDLESS = ["a" * 20000, "no " * 8000, "chest pain " * 4000, "((((" * 4000, "1" * 20000, "1." * 9000, "'" * 20000,
           "a'" * 9000, "can t " * 4000, "- " * 9000, "\u200b" * 20000, "😀" * 9000, ". " * 9000, "if " * 8000,
           "my dog " * 4000, "cantbreathe" * 1500, "and " * 8000, "left arm face numb " * 2000]  # fmt: skip


def seconds(text: str, times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        assess(text)
        best = min(best, time.perf_counter() - start)
    return best


@pytest.fixture(autouse=True)
def warm() -> None:
    load()
    assess(SENTENCE + DENSE)


def test_short_message_is_a_matter_of_a_millisecond() -> None:
    assert seconds(SENTENCE, 20) < 0.005


@pytest.mark.parametrize("text", [SENTENCE, DENSE])
def test_time_grows_in_line_with_length(text: str) -> None:
    once, eightfold = seconds(text * 20), seconds(text * 160)
    assert eightfold < once * 8 * 2.5


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: text[:8])
def test_no_text_makes_it_slow(text: str) -> None:
    assert seconds(text, 1) < 3
