from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from assistant import triage_component
from assistant.triage_component import TriageComponent


def understood(text: str, *, asked: bool = False) -> Message:
    given = {"intent": {"name": "education", "confidence": 0.99}, "understanding": {"intent": "education/fever", "also": ["x"]}}
    message = Message({"text": text, **given, "metadata": {"known": {"asked_temperature": asked}}})
    return TriageComponent().process([message])[0]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("i cant breathe", "utter_report/emergency"),
        ("my temp is 101.5", "utter_report/urgent"),
        ("no puedo respirar", "utter_report/emergency_es"),
        ("i want to kill myself", "utter_report/suicide"),
        ("i think im dying, my chest is so tight", "utter_report/emergency"),
        ("my temp is 99.9", "utter_report/below_fever"),
    ],
)
def test_red_flag_overrides_any_intent(text: str, answer: str) -> None:
    message = understood(text)
    assert message.get("intent")["name"] == ("report" if answer.endswith("below_fever") else "alarm")
    assert message.get("response_selector")["report"]["response"]["utter_action"] == answer
    assert message.get("understanding")["also"] == []


@pytest.mark.parametrize("text", ["will i be tired", "can it cause chest pain?", "no fever today", "thanks"])
def test_question_keeps_its_intent(text: str) -> None:
    assert understood(text).get("intent")["name"] == "education"


def test_fever_without_a_number_opens_the_question_and_carries_no_temperature() -> None:
    message = understood("i feel feverish")
    assert message.get("intent")["name"] == "temperature_question" and not message.get("entities")
    assert message.get("understanding")["level"] == "ask"


@pytest.mark.parametrize(("text", "celsius"), [("101.5", 38.6), ("38,6", 38.6), ("99.1", 37.3), ("sorry, 101 not 99", 38.3)])
def test_number_that_answers_the_question_is_an_entity_for_the_form(text: str, celsius: float) -> None:
    entity = understood(text, asked=True).get("entities")[0]
    assert (entity["entity"], entity["value"]) == ("temperature", celsius)
    assert any(char.isdigit() for char in text[entity["start"] : entity["end"]])


@pytest.mark.parametrize("text", ["i dont have a thermometer", "i don't know", "no tengo termómetro"])
def test_question_that_is_refused_is_an_alarm(text: str) -> None:
    assert understood(text, asked=True).get("intent")["name"] == "alarm"


def test_what_was_said_before_counts_as_it_does_in_the_service() -> None:
    message = Message({"text": "its back now", "metadata": {"known": {"level": "urgent", "signs": ["hives"]}}})
    assert TriageComponent().process([message])[0].get("intent")["name"] == "alarm"


def test_component_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str, **context: object) -> None:
        raise RuntimeError("triage broke")

    monkeypatch.setattr(triage_component, "assess", broken)
    assert understood("i cant breathe").get("intent")["name"] == "education"
