"""Temperatures: how they are written and said, what they mean, what is no temperature of a body."""

from __future__ import annotations

import pytest

from triage import Context, Level, assess
from triage.quantity import degrees_named

ASKED = Context(asked_temperature=True)


@pytest.mark.parametrize(
    ("text", "fahrenheit"),
    [
        ("my temp is 100.4", 100.4),
        ("38.0", 100.4),
        ("38,5", 101.3),
        ("I have a temp of a hundred and two", 102.0),
        ("one oh one point five", 101.5),
        ("one hundred and one and a half degrees", 101.5),
        ("thirty eight five on the thermometer", 101.3),
        ("101ish", 101.0),
        ("38 on the dot", 100.4),
        ("102F", 102.0),
        ("39c", 102.2),
        ("my temperature is 101½", 101.5),
        ("temp １０１.２", 101.2),
        ("fever 101 . 3", 101.3),
        ("tengo treinta y nueve de fiebre", 102.2),
        ("treinta y ocho y medio", 101.3),
        ("calentura de 38 con 5", 101.3),
        ("cien punto cuatro de fiebre", 100.4),
        ("38.5 ºC", 101.3),
        ("104 an hour ago, now 101", 104.0),
        ("sorry, 101 not 99", 101.0),
        ("between 100 and 102 F", 102.0),
        ("it was 101 before I took Tylenol", 101.0),
    ],
)
def test_fever_is_read(text: str, fahrenheit: float) -> None:
    verdict = assess(text)
    assert verdict.temperature is not None
    assert verdict.temperature.fahrenheit == fahrenheit
    assert verdict.level is Level.urgent


def test_both_units_and_the_span_are_given() -> None:
    temperature = assess("Temp was 39,2 C today").temperature
    assert temperature is not None
    assert (temperature.celsius, temperature.fahrenheit, temperature.unit_given) == (39.2, 102.6, True)
    assert (temperature.start, temperature.end) == (9, 13)


@pytest.mark.parametrize("text", ["my temp is 100.3", "37.9", "98.6 F", "temperature 36,6", "not over 99", "99 not 101"])
def test_measured_below_the_limit_is_routine(text: str) -> None:
    assert assess(text).level is Level.routine


@pytest.mark.parametrize(
    "text", ["I have a fever", "my temp is 1005", "temp 10.4", "my temperature is 50", "over 100", "it's about 100"]
)
def test_fever_without_usable_number_asks(text: str) -> None:
    assert assess(text).level is Level.ask
    assert assess(text, context=ASKED).level is Level.urgent


@pytest.mark.parametrize("text", ["I don't know", "no thermometer", "no", "idk", "no sé", "no tengo termómetro"])
def test_second_time_without_answer_is_urgent(text: str) -> None:
    assert assess(text).level is Level.none
    assert assess(text, context=ASKED).level is Level.urgent


@pytest.mark.parametrize(("text", "level"), [("101", "urgent"), ("39", "urgent"), ("99", "routine"), ("37", "routine")])
def test_bare_number_answers_the_question(text: str, level: str) -> None:
    assert assess(text, context=ASKED).level.word == level


def test_other_question_in_between_is_no_answer() -> None:
    assert assess("what is NK-92?", context=ASKED).level is Level.none


def test_normal_value_after_a_fever_reducer_asks_for_the_value_before() -> None:
    assert assess("I had a fever, took Tylenol, now it's 99").level is Level.ask


def test_feeling_hot_now_after_a_normal_value_asks_again() -> None:
    assert assess("98.6 this morning but now I feel hot").level is Level.ask


@pytest.mark.parametrize(
    "text",
    [
        "the temp outside is 102", "my appointment is at 1:01", "platelets 101", "I weigh 101.5 kg", "room 101",
        "the oven is at 104 degrees", "bp 101/60", "I'm 38 years old", "take 100 mg", "$101", "NK-92", "exit 101",
        "what if my temp hits 101", "call if your temp is 100.4 or higher?", "my dog's temp is 102",
        "afuera estamos a 40 grados", "tengo 38 años", "peso 101 libras",
    ],
)  # fmt: skip
def test_other_numbers_are_no_fever(text: str) -> None:
    assert assess(text).level is Level.none


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("-5 degrees fahrenheit", -5, "F"), ("2 below zero", -2, None), ("106 K", 106, "K"), ("6 deg c", 6, "C")],
)
def test_any_quantity_of_degrees_is_read(text: str, value: float, unit: str | None) -> None:
    (quantity,) = degrees_named(text)
    assert (quantity.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize("text", ["rotate 90°", "a Boeing 777F", "SCP-173C", "11c a share"])
def test_lone_letters_and_angles_are_no_degrees(text: str) -> None:
    assert degrees_named(text) == []
