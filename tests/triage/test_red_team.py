"""Messages of blind writers: the share that gets its level does not fall below what was reached.

`dev` was read while the rules were written; `held` was never read, so it tells what new wording meets. `own` was written
with the rules. Nobody mends a rule by reading `held`: write new messages instead, and measure.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from benchmarks.triage_cases import judged
from triage import Context, Level, assess

FOLDER = Path(__file__).parent / "red_team"
FLOORS = {  # the goals: emergency 1.00, urgent 0.99, none 0.97
    ("dev", "alarms_en"): {"emergency": 0.99, "urgent": 0.97, "ask": 0.90},
    ("dev", "none_en"): {"none": 0.96, "routine": 1.0},
    ("dev", "es"): {"emergency": 1.0, "urgent": 0.91, "ask": 1.0, "none": 1.0, "routine": 1.0},
    ("dev", "mixed_en"): {"emergency": 0.90, "urgent": 0.83, "none": 0.92},
    ("dev", "mixed_es"): {"emergency": 0.83, "urgent": 0.73, "none": 0.92},
    ("dev", "conversations"): {"conversation": 1.0},
    ("own", "alarms_en"): {"emergency": 0.98, "urgent": 0.98},
    ("own", "none_en"): {"none": 0.95},
    ("own", "es"): {"emergency": 1.0, "urgent": 1.0, "none": 1.0},
    ("held", "alarms_en"): {"emergency": 0.76, "urgent": 0.85, "ask": 0.70},
    ("held", "none_en"): {"none": 0.83, "routine": 0.85},
    ("held", "es"): {"emergency": 0.83, "urgent": 0.92, "ask": 0.40, "none": 0.86, "routine": 1.0},
    ("held", "ordinary_en"): {"emergency": 0.90, "urgent": 0.86, "none": 0.85},
    ("held", "ordinary_es"): {"emergency": 0.88, "urgent": 0.81, "none": 0.84},
    ("held", "mixed_en"): {"emergency": 0.90, "urgent": 0.91, "none": 0.92},
    ("held", "mixed_es"): {"emergency": 0.75, "urgent": 0.73, "none": 0.88},
    ("held", "conversations"): {"conversation": 0.88},
}


@pytest.mark.parametrize(("part", "name"), FLOORS, ids="-".join)
def test_share_of_right_levels_does_not_fall(part: str, name: str) -> None:
    right: dict[str, list[bool]] = {}
    for kind, is_good in judged(yaml.safe_load((FOLDER / part / f"{name}.yml").read_text(encoding="utf-8"))):
        right.setdefault(kind, []).append(is_good)
    reached = {kind: sum(found) / len(found) for kind, found in right.items()}
    assert set(reached) == set(FLOORS[part, name])
    assert {kind for kind, share in reached.items() if share < FLOORS[part, name][kind]} == set()


@pytest.mark.parametrize("part", ["dev", "held"])
def test_no_message_trains_and_tests(part: str) -> None:
    texts = {
        path.stem: {case["text"] for case in yaml.safe_load(path.read_text(encoding="utf-8")) if "text" in case}
        for path in (FOLDER / part).glob("*.yml")
    }
    other = {"dev": "held", "held": "own"}[part]
    others = {
        case["text"]
        for path in (FOLDER / other).glob("*.yml")
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
        if "text" in case
    }
    assert all(not found & others for found in texts.values())


def conversation(*texts: str) -> list[Level]:
    context, found = Context(), []
    for text in texts:
        verdict = assess(text, context=context)
        found.append(verdict.level)
        context = context.after(verdict)
    return found


def test_open_question_survives_a_digression() -> None:
    found = conversation("I feel hot", "is the parking garage open on Saturday?", "100.9")
    assert found == [Level.ask, Level.none, Level.urgent]


def test_answered_question_is_closed() -> None:
    assert not Context(asked_temperature=True).after(assess("98.6", context=Context(asked_temperature=True))).asked_temperature


@pytest.mark.parametrize("answer", ["101", "38.5", "I don't have a thermometer", "1005", "stop asking me", "no idea"])
def test_second_answer_that_is_high_unusable_or_refused_is_urgent(answer: str) -> None:
    assert conversation("I feel hot", answer)[-1] is Level.urgent


@pytest.mark.parametrize("correction", ["sorry, 101 not 99", "oops I meant 38.5", "typo, 101.3"])
def test_corrected_temperature_counts(correction: str) -> None:
    assert conversation("I feel hot", "99", correction)[-1] is Level.urgent


def test_alarm_closes_the_question() -> None:
    context = Context(asked_temperature=True)
    assert not assess("I can't breathe", context=context).question_open


def test_signs_of_two_messages_are_one_reaction() -> None:
    assert conversation("I have hives on my arm", "now I am throwing up and dizzy")[-1] is Level.emergency


def test_sign_that_is_back_is_as_grave_as_it_was() -> None:
    assert conversation("my chest hurts", "ok thanks", "it's back")[-1] is Level.emergency
    assert conversation("hello", "it's back")[-1] is Level.none


def test_thanks_after_an_alarm_raises_none() -> None:
    assert conversation("my chest hurts", "thank you so much")[-1] is Level.none


def test_tiredness_that_worsens_counts_two_days_after_the_infusion() -> None:
    text = "I'm so tired and it is getting worse"
    assert assess(text, context=Context(hours_since_infusion=60)).level is Level.urgent
    assert assess(text, context=Context(hours_since_infusion=20)).level < Level.urgent
