from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from assistant import triage_component
from assistant.triage_component import TriageComponent


def understood(text: str) -> Message:
    message = Message({"text": text, "intent": {"name": "education", "confidence": 0.99}, "understanding": {"intent": "education/fever", "also": ["x"]}})
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
    assert message.get("intent")["name"] == "report"
    assert message.get("response_selector")["report"]["response"]["utter_action"] == answer
    assert message.get("understanding")["also"] == []


@pytest.mark.parametrize("text", ["will i be tired", "can it cause chest pain?", "no fever today", "thanks"])
def test_question_keeps_its_intent(text: str) -> None:
    assert understood(text).get("intent")["name"] == "education"


def test_component_never_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(text: str) -> None:
        raise RuntimeError("triage broke")

    monkeypatch.setattr(triage_component, "assess", broken)
    assert understood("i cant breathe").get("intent")["name"] == "education"
