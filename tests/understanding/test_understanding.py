"""Messages by hands that had not seen the training phrasings, through whole turns of the trained assistant.

The floors guard what was reached (docs/understanding.md has the figures and the goal); they are no goal themselves.
"""
from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.understanding import CASES, Assistant, Case, cases, evaluate, share

ROOT = Path(__file__).resolve().parents[2]
# what held messages reached (totals only; nobody has looked at single ones), less what two trainings differ by: two in a hundred
EDUCATION_FLOOR, TEXTED_FLOOR, REFUSED_FLOOR = 0.93, 0.93, 0.92


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    return Assistant(ROOT / "models" / "nk92.tar.gz")


@pytest.fixture(scope="module")
def results(assistant: Assistant) -> list[tuple[Case, list[str]]]:
    return evaluate(assistant, cases(folder=CASES / "held"))


def test_education_questions_get_the_right_answer(results: list[tuple[Case, list[str]]]) -> None:
    right, total = share(results, refuse=False)
    assert total >= 600
    assert right / total >= EDUCATION_FLOOR, f"{right} of {total}"


def test_questions_in_texting_style_get_the_right_answer(results: list[tuple[Case, list[str]]]) -> None:
    right, total = share(results, refuse=False, register="sms")
    assert total >= 100
    assert right / total >= TEXTED_FLOOR, f"{right} of {total}"


def test_out_of_scope_messages_get_an_honest_refusal(results: list[tuple[Case, list[str]]]) -> None:
    right, total = share(results, refuse=True)
    assert total >= 250
    assert right / total >= REFUSED_FLOOR, f"{right} of {total}"


def test_every_message_gets_a_reply(results: list[tuple[Case, list[str]]]) -> None:
    assert sum(not responses for _, responses in results) == 0


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("will i be tired", ["utter_education/fatigue"]),
        ("what are the side effects", ["utter_education/side_effects"]),
        ("how long does the infusion take and can i drive home after", ["utter_education/infusion_time", "utter_education/driving"]),
        ("can i drink beer after and will i be tired", ["utter_outside/alcohol", "utter_education/fatigue"]),
    ],
)
def test_question_is_answered_at_its_own_grain(assistant: Assistant, text: str, answers: list[str]) -> None:
    assert assistant.responses(text, f"grain {text}") == answers


@pytest.mark.parametrize(
    ("talk", "answer"),
    [
        (["will i be tired", "how long does that last?"], "utter_education/fatigue"),
        (["what are the side effects", "and the serious ones?"], "utter_education/serious"),
        (["what is perforin", "thanks", "tell me more"], "utter_education/receptors"),
    ],
)
def test_follow_up_refers_to_the_last_subject(assistant: Assistant, talk: list[str], answer: str) -> None:
    assert [assistant.responses(text, f"talk {talk}") for text in talk][-1] == [answer]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("no fever today just checking in", "utter_report/fine"),
        ("my neighbour fainted last week", "utter_report/not_now"),
        ("when is my next scan", "utter_outside/appointment"),
        ("¿cuánto tarda el suero y me puedo ir solo a la casa?", "utter_outside/spanish"),
        ("mi papá pregunta si estas células vienen de otra persona", "utter_outside/spanish"),
    ],
)
def test_what_was_once_misread_is_read_right(assistant: Assistant, text: str, answer: str) -> None:
    assert assistant.responses(text, f"misread {text}") == [answer]


@pytest.mark.parametrize("text", ["the form warns of stroke on page nine, how often is that", "where do i find the bus timetable"])
def test_message_with_a_subject_of_its_own_is_not_answered_with_the_last_one(assistant: Assistant, text: str) -> None:
    assert assistant.responses("will i be tired", f"before {text}") == ["utter_education/fatigue"]
    assert "utter_education/fatigue" not in assistant.responses(text, f"before {text}")


def test_short_question_is_answered_about_the_last_subject(assistant: Assistant) -> None:
    assistant.responses("what is il-2 for", "behind")
    assert assistant.responses("how's it given, another drip?", "behind") == ["utter_education/il2"]
