from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.responses import ClinicResponses

ROOT = Path(__file__).resolve().parents[2]
RESPONSES: dict[str, Any] = {
    "utter_education/fatigue": [
        {"text": "Tired for 48 hours. Call {clinic_phone}.", "buttons": [{"title": "Chills", "payload": "/education/chills"}],
         "metadata": {"facts": ["fatigue"], "source": "safety", "title": "Tiredness",
                      "followups": {"how_long": "education/fatigue", "danger": "education/serious"}}},
        {"channel": "sms", "text": "Tired: 48 h."},
    ],
    "utter_education/serious": [{"text": "Serious ones.", "metadata": {"facts": ["allergy"], "source": "safety", "title": "Serious"}}],
    "utter_education/chills": [{"text": "Chills.", "metadata": {"facts": ["chills"], "source": "safety", "title": "Chills"}}],
    "utter_followup/danger": [{"text": "Which one?"}],
    "utter_followup/when": [{"text": "When what?"}],
    "utter_followup/unknown": [{"text": "The monograph does not say."}],
    "utter_outside/cost": [{"text": "The monograph says nothing about costs."}],
    "utter_outside/spanish": [{"text": "Solo en ingles.", "buttons": [{"title": "Hablar con alguien", "payload": "/ask_person"}]}],
    "utter_ask_person": [{"text": "Call.", "metadata": {"title": "Talk to a person"}}],
    "utter_unknown": [{"text": "I do not know."}],
    "utter_unknown/again": [{"text": "Talk to a person."}],
    "utter_unknown/unsure": [{"text": "Which do you mean?"}],
    "utter_smalltalk/repeat": [{"text": "Nothing to repeat."}],
    "utter_smalltalk/simpler": [{"text": "Simpler what?"}],
    "utter_ask_person/closed": [{"text": "Opens {next_opening}."}],
}  # fmt: skip


@pytest.fixture
def responses(monkeypatch: pytest.MonkeyPatch) -> ClinicResponses:
    monkeypatch.chdir(ROOT)
    made = ClinicResponses(None, Domain.empty())
    made.responses = RESPONSES
    return made


def said(response: str, subject: str | None = None) -> list[Any]:
    metadata = {"response": response, "subject": subject, "facts": ["x"]}
    return [UserUttered("before"), BotUttered("said before", metadata=metadata), ActionExecuted("action_listen")]


def reply(
    responses: ClinicResponses, key: str, *before: Any, understanding: dict[str, Any] | None = None, channel: str = "web", **given: Any
) -> dict[str, Any]:
    now = UserUttered("now", parse_data={"text": "now", "intent": {"name": "x"}, "entities": [], "understanding": understanding or {}})  # type: ignore[typeddict-unknown-key]
    tracker = DialogueStateTracker.from_events("c1", [*before, now])
    made = asyncio.run(responses.generate(key, tracker, channel, **given))
    assert made is not None
    return made


def test_answer_is_filled_and_ends_with_its_source(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_education/fatigue")
    assert made["text"] == "Tired for 48 hours. Call (303) 555-0142.\n\nFrom the NK-92 monograph: Side effects"
    assert (made["facts"], made["source"], made["subject"]) == (["fatigue"], "Side effects", "education/fatigue")


def test_text_message_has_its_own_words_and_the_same_facts(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_education/fatigue", channel="sms")
    assert made["text"].startswith("Tired: 48 h.") and made["facts"] == ["fatigue"]


def test_follow_up_refers_to_the_last_subject(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_followup/danger", *said("utter_education/fatigue", "education/fatigue"))
    assert made["response"] == "utter_education/serious"


def test_follow_up_that_the_monograph_does_not_answer_says_so(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_followup/when", *said("utter_education/fatigue", "education/fatigue"))
    assert made["response"] == "utter_followup/unknown"


def test_follow_up_without_a_subject_asks_back(responses: ClinicResponses) -> None:
    assert reply(responses, "utter_followup/danger")["text"] == "Which one?"


def test_second_miss_in_a_row_offers_a_person(responses: ClinicResponses) -> None:
    assert reply(responses, "utter_unknown")["response"] == "utter_unknown"
    assert reply(responses, "utter_unknown", *said("utter_unknown"))["response"] == "utter_unknown/again"


def test_second_refusal_in_a_row_offers_a_person(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_outside/cost", *said("utter_outside/weather"))
    assert made["buttons"][0]["payload"] == "/ask_person"
    assert reply(responses, "utter_outside/cost")["buttons"] == []


def test_person_who_is_offered_twice_keeps_the_title_of_the_answer(responses: ClinicResponses) -> None:
    before = said("utter_outside/spanish")
    assert reply(responses, "utter_outside/spanish", *before)["buttons"] == [{"title": "Hablar con alguien", "payload": "/ask_person"}]


def test_likely_subjects_are_offered_instead_of_a_bare_refusal(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_unknown", understanding={"offered": ["education/fatigue", "education/chills"]})
    assert made["response"] == "utter_unknown/unsure"
    assert [button["title"] for button in made["buttons"]] == ["Tiredness", "Chills"]


def test_close_runner_up_comes_first_among_the_quick_replies(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_education/fatigue", understanding={"close": True, "offered": ["education/serious"]})
    assert [button["title"] for button in made["buttons"]] == ["Serious", "Chills"]


def test_two_questions_get_two_answers(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_education/fatigue", understanding={"also": ["education/chills"]})
    assert [part["response"] for part in made["parts"]] == ["utter_education/fatigue", "utter_education/chills"]
    assert made["subject"] == "education/chills"


def test_repeat_says_the_last_reply_again(responses: ClinicResponses) -> None:
    assert reply(responses, "utter_smalltalk/repeat", *said("utter_education/fatigue", "education/fatigue"))["text"] == "said before"
    assert reply(responses, "utter_smalltalk/repeat")["text"] == "Nothing to repeat."


def test_simpler_gives_the_short_version_of_the_last_answer(responses: ClinicResponses) -> None:
    made = reply(responses, "utter_smalltalk/simpler", *said("utter_education/fatigue", "education/fatigue"))
    assert made["text"].startswith("Tired: 48 h.")


def test_action_fills_its_own_placeholder(responses: ClinicResponses) -> None:
    assert reply(responses, "utter_ask_person/closed", next_opening="Monday at 8:00 AM")["text"] == "Opens Monday at 8:00 AM."


def test_unknown_key_gives_nothing(responses: ClinicResponses) -> None:
    tracker = DialogueStateTracker.from_events("c1", [UserUttered("now")])
    assert asyncio.run(responses.generate("utter_nowhere", tracker, "web")) is None
