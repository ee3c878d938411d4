"""What a verdict holds: spans in the text as it was written, reasons, temperature, language."""

from __future__ import annotations

import pytest

from triage import Context, Level, assess, load


@pytest.mark.parametrize(
    "text",
    ["I can’t   breathe!!", "Mi mamá se desmayó 😢 ayer", "cantbreathe", "Ｉ ｃａｎｔ ｂｒｅａｔｈｅ", "my CHEST… hurts"],
)
def test_span_and_phrase_are_of_the_text_as_written(text: str) -> None:
    verdict = assess(text)
    assert verdict.signs
    for sign in verdict.signs:
        assert text[sign.start : sign.end] == sign.phrase
        assert sign.phrase.strip() == sign.phrase != ""


@pytest.mark.parametrize(
    ("text", "sign", "reason"),
    [
        ("no fever today", "fever_without_number", "denied"),
        ("what if I get a fever", "fever_without_number", "hypothetical"),
        ("can it cause chest pain?", "chest_pain", "question"),
        ("I had a rash last year", "rash_hives", "past"),
        ("my neighbor fainted", "fainting", "someone_else"),
        ("I nearly had a heart attack when I saw the bill", "chest_pain", "figurative"),
        ("the temp outside is 102", "temperature", "not_body_temperature"),
        ("no tengo fiebre", "fever_without_number", "denied"),
        ("¿qué hago si me da fiebre?", "fever_without_number", "hypothetical"),
        ("mi perro tiene fiebre", "fever_without_number", "someone_else"),
    ],
)
def test_discounted_sign_says_why(text: str, sign: str, reason: str) -> None:
    verdict = assess(text)
    assert verdict.level is Level.none
    assert (sign, reason) in {(item.sign.id, item.reason) for item in verdict.discounted}


def test_denial_of_one_sign_does_not_hide_another() -> None:
    verdict = assess("no fever but I can't breathe")
    assert verdict.level is Level.emergency
    assert [item.sign.phrase for item in verdict.discounted] == ["fever"]


@pytest.mark.parametrize(
    "text",
    ["can't breathe", "no me puedo despertar", "not breathing right", "nothing stays down", "haven't peed all day"],
)
def test_negative_that_is_itself_the_sign_counts(text: str) -> None:
    assert assess(text).level >= Level.urgent


def test_highest_level_of_several_wins() -> None:
    assert assess("I am tired, I have a rash, and my face is drooping").level is Level.emergency


def test_hives_with_another_sign_are_an_allergic_emergency() -> None:
    assert assess("I have hives").level is Level.urgent
    verdict = assess("I have hives and I threw up")
    assert verdict.level is Level.emergency
    assert "severe_allergic_reaction" in {sign.id for sign in verdict.signs}


def test_fever_with_confusion_is_an_emergency() -> None:
    assert assess("my wife is confused").level is Level.urgent
    assert assess("my wife is confused and her temp is 101").level is Level.emergency
    assert assess("my wife is confused, no fever").level is Level.urgent


def test_almost_fainting_is_not_also_fainting() -> None:
    assert {sign.id for sign in assess("I almost passed out").signs} == {"near_fainting"}


@pytest.mark.parametrize("text", ["", " ", "\n", "?!", "😀", "123456789", "....", "\u200b"])
def test_text_without_words_is_none(text: str) -> None:
    assert assess(text).level is Level.none


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I can't breathe", "en"),
        ("no puedo respirar", "es"),
        ("hello", "en"),
        ("hola", "es"),
        ("¿cuánto dura la infusión?", "es"),
        ("101.5", "en"),
        ("mi husband no puede hablar", "es"),
    ],
)
def test_language_is_what_they_wrote(text: str, language: str) -> None:
    assert assess(text).language == language


def test_language_of_the_conversation_can_be_given() -> None:
    assert assess("101", language="es", context=Context(asked_temperature=True)).language == "es"


def test_signs_are_found_in_both_languages_of_one_message() -> None:
    assert assess("my husband no puede respirar").level is Level.emergency
    assert assess("mi esposo has chest pain").level is Level.emergency


def test_level_word_is_its_name() -> None:
    assert [level.word for level in Level] == ["none", "routine", "ask", "urgent", "emergency"]


def test_load_reads_rules_beforehand() -> None:
    load()
    load("es")
    assert assess("hola").level is Level.none
