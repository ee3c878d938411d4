from __future__ import annotations

import pytest

from assistant.decision import UNKNOWN, Decision, Ranked, Thresholds, decide

LIMITS = Thresholds(answer=0.5, other=0.4, offer=0.2, close=0.35, part=0.6)


def ranked(best: str, second: str, certainty: float, shares: tuple[float, float] = (0.9, 0.05)) -> Ranked:
    return Ranked([best, second, "outside/cost"], [*shares, 0.01], certainty)


def test_certain_question_is_answered() -> None:
    decision = decide(ranked("education/fatigue", "education/chills", 0.9), "tired", LIMITS)
    assert (decision.intent, decision.confidence, decision.offered) == ("education/fatigue", 0.9, [])


def test_uncertain_question_is_refused_and_its_subjects_offered() -> None:
    decision = decide(ranked("education/fatigue", "education/chills", 0.3), "tired", LIMITS)
    assert decision.intent == UNKNOWN
    assert decision.offered == ["education/fatigue", "education/chills"]


def test_nonsense_offers_nothing() -> None:
    assert decide(ranked("education/fatigue", "education/chills", 0.1), "frobnicate", LIMITS).offered == []


def test_close_runner_up_is_offered_beside_the_answer() -> None:
    decision = decide(ranked("education/fever", "education/when_to_call_fever", 0.8, (0.5, 0.4)), "fever", LIMITS)
    assert decision.close and decision.offered == ["education/when_to_call_fever"]


def test_near_refusal_is_never_offered_as_an_answer() -> None:
    decision = decide(ranked("education/fever", "outside/cost", 0.8, (0.5, 0.4)), "fever", LIMITS)
    assert not decision.close and decision.offered == []


def test_tapped_choice_needs_no_understanding() -> None:
    assert Decision.chosen("education/fatigue").as_json()["confidence"] == 1.0


def test_thresholds_come_from_the_configuration() -> None:
    assert Thresholds.from_config({"answer": 0.7, "name": "x"}) == Thresholds(answer=0.7)


@pytest.mark.parametrize("certainty", [0.41, 0.49])
def test_refusal_needs_less_certainty_than_an_answer(certainty: float) -> None:
    assert decide(ranked("outside/cost", "education/dose", certainty), "cost", LIMITS).intent == "outside/cost"
    assert decide(ranked("education/dose", "outside/cost", certainty), "cost", LIMITS).intent == UNKNOWN
