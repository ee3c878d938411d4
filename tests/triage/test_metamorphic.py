"""What must never lower a level: slips, case, padding, emoji, polite words, who writes, other topics beside it."""

from __future__ import annotations

import time

import pytest
from case_files import Case, all_messages

from triage import Level, assess
from triage.rules import rulebook

hypothesis = pytest.importorskip("hypothesis", reason="hypothesis is installed in the service's environment only")
st = hypothesis.strategies

ALARMS = [case for case in all_messages() if case.level in ("urgent", "emergency")]
EVERY = [case for case in all_messages() if case.text.strip()]
PADDING = {
    "en": ["Thank you for your help.", "The parking was easy.", "My next visit is on Tuesday.", "I slept well.",
           "Sorry to bother you.", "It is probably nothing.", "How are you?"],
    "es": ["Gracias por su ayuda.", "Mi cita es el martes.", "Disculpe la molestia.", "Seguro no es nada.",
           "¿Cómo está usted?", "Comí muy bien."],
}  # fmt: skip
EMOJI = ["😢", "🙏🙏", "😂", "❤️", "🤷‍♀️", "!!!", "..."]
FIXED = hypothesis.settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck)
)


def slip(word: str, kind: str, place: int) -> str:
    """One slip of the finger inside a word; first and last letter stay."""
    place = 1 + place % (len(word) - 2)
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    if kind == "swap" and place < len(word) - 2:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word




@FIXED
@hypothesis.given(st.sampled_from(ALARMS), st.sampled_from(["double", "swap"]), st.integers(0, 50), st.integers(0, 20))
def test_one_slip_in_a_long_word_does_not_lower_the_level(case: Case, kind: str, which: int, place: int) -> None:
    words = case.text.split(" ")
    long = [i for i, word in enumerate(words) if word.isalpha() and word.isascii() and len(word) >= 6]
    hypothesis.assume(long)
    index = long[which % len(long)]
    slipped = slip(words[index], kind, place)
    original = words[index].lower()
    speller = rulebook(case.language).speller  # type: ignore[arg-type]
    hypothesis.assume(speller.knows(original) and speller.read(slipped.lower()) == (original,))
    words[index] = slipped
    assert assess(" ".join(words)).level >= Level[case.level]


@FIXED
@hypothesis.given(st.sampled_from(ALARMS), st.integers(0, 20), st.integers(0, 20), st.sampled_from(EMOJI), st.booleans())
def test_padding_emoji_and_case_do_not_lower_the_level(
    case: Case, before: int, after: int, emoji: str, loud: bool
) -> None:
    padding = PADDING[case.language]
    text = f"{padding[before % len(padding)]} {case.text} {emoji} {padding[after % len(padding)]}"
    assert assess(text.upper() if loud else text).level >= Level[case.level]


HEDGES = {
    "en": ["Sorry to bother you but ", "It's probably nothing but ", "Hi, quick question, ", "Not a big deal but ",
           "lol ", "My husband wanted me to write. ", "I hate to complain but "],
    "es": ["Disculpe la molestia pero ", "Seguro no es nada pero ", "Hola, ", "No quiero molestar pero "],
}  # fmt: skip


@FIXED
@hypothesis.given(st.sampled_from(ALARMS), st.integers(0, 20))
def test_polite_words_do_not_lower_the_level(case: Case, which: int) -> None:
    hedges = HEDGES[case.language]
    assert assess(hedges[which % len(hedges)] + case.text).level >= Level[case.level]


@FIXED
@hypothesis.given(st.sampled_from(EVERY), st.sampled_from(EVERY), st.sampled_from([". ", "\n", "! "]))
def test_two_messages_in_one_keep_the_higher_level(one: Case, other: Case, joint: str) -> None:
    hypothesis.assume(one.language == other.language)
    expected = max(Level[one.level], Level[other.level])
    if expected > Level.ask:  # a measured temperature answers "I have a fever", so lower levels may change
        assert assess(one.text + joint + other.text).level >= expected


@FIXED
@hypothesis.given(st.text(max_size=400))
def test_any_text_gets_a_verdict_with_spans_inside_it(text: str) -> None:
    verdict = assess(text)
    for sign in (*verdict.signs, *(item.sign for item in verdict.discounted)):
        assert 0 <= sign.start < sign.end <= len(text)
        assert text[sign.start : sign.end] == sign.phrase


WORDS = sorted(rulebook("en").speller.words | rulebook("es").speller.words | set(".,?!"))


@hypothesis.settings(FIXED, max_examples=60)
@hypothesis.given(st.lists(st.sampled_from(WORDS), min_size=50, max_size=400))
def test_no_mix_of_the_words_of_the_rules_makes_it_slow(words: list[str]) -> None:
    start = time.perf_counter()
    assess(" ".join(words))
    assert time.perf_counter() - start < 1.5
