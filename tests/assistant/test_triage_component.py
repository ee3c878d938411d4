from __future__ import annotations

import pytest
from rasa.shared.nlu.training_data.message import Message

from assistant import triage_component
from assistant.second_look import Heard, Raised
from assistant.triage_component import TriageComponent


def understood(
    text: str, intent: str = "education/fever", confidence: float = 0.99, second_look: str | None = None, *, asked: bool = False,
    sure: bool = False, calm: bool = False,
) -> Message:  # fmt: skip
    understanding = {"intent": intent, "confidence": confidence, "also": ["x"], "level": "none"}
    given = {"intent": {"name": intent.split("/")[0], "confidence": confidence}, "understanding": understanding}
    message = Message({"text": text, **given, "metadata": {"known": {"asked_temperature": asked}}})
    message.set("second_look", Heard(Raised(second_look, sure) if second_look else None, calm))
    return TriageComponent().process([message])[0]


def answer_of(message: Message) -> str | None:
    selected = message.get("response_selector") or {}
    return next((selected[group]["response"]["utter_action"] for group in selected if group != "all_retrieval_intents"), None)


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


def test_second_look_raises_what_the_rules_missed_and_says_so() -> None:
    message = understood("there is a brick on me and the wind is out of my sails", second_look="emergency")
    assert answer_of(message) == "utter_report/emergency"
    assert message.get("understanding")["level"] == "emergency"
    assert message.get("understanding")["raised_by"] == "learned"


def test_report_that_is_doubtful_is_told_whom_to_call_if_it_ever_happens_and_a_red_flag_is_still_one() -> None:
    def doubted(text: str) -> str | None:
        message = Message({"text": text, "understanding": {"intent": "report/breathing", "confidence": 0.4, "level": "none", "doubtful": True}})
        return answer_of(TriageComponent().process([message])[0])

    assert doubted("she took my wind with that joke") == "utter_report/not_now"
    assert doubted("i cant breathe") == "utter_report/emergency"


def test_second_look_for_suicide_gives_the_crisis_line_at_the_level_of_an_emergency() -> None:
    message = understood("everyone is better off when the chair is empty", second_look="suicide")
    assert answer_of(message) == "utter_report/suicide"
    assert message.get("understanding")["level"] == "emergency"


def test_second_look_never_lowers() -> None:
    message = understood("i cant breathe", second_look="urgent")
    assert answer_of(message) == "utter_report/emergency"
    assert "raised_by" not in message.get("understanding")


@pytest.mark.parametrize("text", ["can it cause chest pain?", "no fever today", "my neighbour fainted last week"])
def test_second_look_keeps_silent_where_the_rules_discounted(text: str) -> None:
    assert understood(text, second_look="emergency").get("understanding")["level"] == "none"


def test_second_look_leaves_the_question_for_the_temperature() -> None:
    assert answer_of(understood("i feel hot", second_look="urgent")) == "utter_report/ask"


@pytest.mark.parametrize(
    ("text", "learned", "answer"),
    [
        ("no fever today just checking in", "report/fever", "utter_report/fine"),
        ("my neighbour fainted last week", "report/dizzy", "utter_report/not_now"),
        ("my neighbour fainted last week", "nlu_fallback", "utter_report/not_now"),
        ("no fever today", "education/fever", None),
    ],
)
def test_discounted_sign_is_not_answered_as_if_it_happened(text: str, learned: str, answer: str | None) -> None:
    assert answer_of(understood(text, learned)) == answer


@pytest.mark.parametrize(
    ("text", "confidence", "answer"),
    [
        ("cuando me toca la siguiente infusion", 0.3, "utter_outside/spanish"),
        ("y irradiate", 0.3, None),
        ("el paso clinic address", 0.9, None),
    ],
)
def test_spanish_question_is_answered_in_spanish(text: str, confidence: float, answer: str | None) -> None:
    assert answer_of(understood(text, confidence=confidence)) == answer


def test_spanish_answer_offers_nothing_that_was_guessed_from_english() -> None:
    understanding = {"intent": "education/fatigue", "confidence": 0.3, "offered": ["education/chills"], "close": True}
    message = Message({"text": "cuando me toca la siguiente infusion", "understanding": understanding})
    told = TriageComponent().process([message])[0].get("understanding")
    assert (told["offered"], told["close"]) == ([], False)


def test_second_look_that_is_sure_counts_although_the_rules_discounted_a_sign() -> None:
    text = "no chest pain today but everything went gray and i woke up on the floor"
    assert understood(text, second_look="emergency", sure=True).get("understanding")["level"] == "emergency"


def test_sign_that_is_merely_named_is_no_alarm_where_the_second_look_is_calm() -> None:
    calm = understood("seizure risk?", "education/serious", calm=True)
    assert calm.get("intent")["name"] == "education" and calm.get("understanding")["level"] == "none"
    assert answer_of(understood("seizure risk?", "report/seizure", calm=True)) == "utter_report/not_now"


def test_sign_that_is_merely_named_is_an_alarm_where_the_second_look_is_not_calm_or_silent() -> None:
    assert answer_of(understood("seizure risk?", "education/serious")) == "utter_report/emergency"
    message = Message({"text": "seizure risk?", "understanding": {"intent": "education/serious", "level": "none"}})
    assert answer_of(TriageComponent().process([message])[0]) == "utter_report/emergency"


def test_calm_second_look_leaves_a_sign_that_somebody_has() -> None:
    assert answer_of(understood("my husband has chest pain and a headache", calm=True)) == "utter_report/emergency"
