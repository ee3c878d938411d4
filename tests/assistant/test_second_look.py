"""The learned second look: it may raise what the rules missed, it lowers nothing, and it keeps silent on everyday talk."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.care_network import WHOLE, WINDOW, care_levels, windows
from assistant.encoder import Encoder
from assistant.second_look import LEVELS, Bars, Raised, SecondLook, examples, is_calm, is_doubtful, joined, raised

EVERYDAY = (
    ["what days do they give it", "is lung cancer studied", "thanks so much", "can i bring my wife", "will i lose my hair"],
    ["education/schedule", "education/lung", "smalltalk/thanks", "outside/visitors", "outside/hair"],
)


@pytest.fixture(scope="module")
def look(encoder: Encoder) -> SecondLook:
    texts, levels = examples(*EVERYDAY)
    return SecondLook.learn(encoder.encode(texts), levels)


def chances(look: SecondLook, encoder: Encoder, text: str) -> dict[str, float]:
    return look.probabilities(encoder.encode([text])[0])


@pytest.mark.parametrize("text", ["my wind is gone and i cannot fill my lungs", "her face puffed up like a balloon just now"])
def test_roundabout_emergency_is_likelier_than_none(look: SecondLook, encoder: Encoder, text: str) -> None:
    chance = chances(look, encoder, text)
    assert chance["emergency"] > chance["none"]


@pytest.mark.parametrize("text", ["how often do i come in", "is breast cancer in the trials", "thank you dear", "cuánto dura la infusión"])
def test_everyday_talk_is_not_raised(encoder: Encoder, text: str) -> None:
    assert raised(care_levels(encoder, text), False, Bars()) is None


@pytest.mark.parametrize("text", ["my wind is gone and i cannot fill my lungs", "grandpa wont open his eyes no matter what we do"])
def test_emergency_in_words_of_its_own_is_raised(encoder: Encoder, text: str) -> None:
    found = raised(care_levels(encoder, text), False, Bars())
    assert found is not None and found.level == "emergency"


def test_level_needs_its_bar_and_suicide_is_told_from_other_emergencies() -> None:
    def level(*shares: float, suicide: bool = False) -> str | None:
        found = raised(np.array(shares, np.float32), suicide, Bars(emergency=0.9, urgent=0.8))
        return found.level if found else None

    assert level(0.05, 0.04, 0.91) == "emergency"
    assert level(0.05, 0.04, 0.91, suicide=True) == "suicide"
    assert level(0.1, 0.5, 0.4) == "urgent"
    assert level(0.3, 0.3, 0.4) is None


def test_report_that_neither_encoder_nor_words_hear_is_doubtful_and_a_mild_one_never() -> None:
    calm, alarmed = np.array([0.9, 0.06, 0.04], np.float32), np.array([0.6, 0.1, 0.3], np.float32)
    assert is_doubtful("report/breathing", calm, Bars())
    assert not is_doubtful("report/breathing", alarmed, Bars())
    assert not is_doubtful("report/tired", calm, Bars()) and not is_doubtful("education/fever", calm, Bars())


def test_encoder_and_words_are_heard_together() -> None:
    both = joined(np.array([0.6, 0.1, 0.3], np.float32), np.array([0.05, 0.05, 0.9], np.float32))
    assert abs(float(both.sum()) - 1) < 1e-5 and both[2] > both[0] > both[1]  # the surer of the two carries more, and neither decides alone
    assert both[2] < 0.9 and both[0] < 0.6


def test_gravest_piece_of_a_long_message_counts(encoder: Encoder) -> None:
    chatter = "we had soup and watched the game with my sister and her two kids, the weather was fine and the dog slept. " * 12
    alone = care_levels(encoder, chatter)
    with_alarm = care_levels(encoder, chatter + "then my husband collapsed on the floor and he is not waking up. " + chatter)
    assert with_alarm[2] > alone[2] + 0.3


def test_windows_cover_every_token_and_overlap() -> None:
    ids = list(range(300))
    pieces = windows(ids)
    assert windows(ids[:WHOLE]) == [ids[:WHOLE]]
    assert {token for piece in pieces for token in piece} == set(ids)
    assert all(len(piece) <= WINDOW for piece in pieces)


def test_reports_of_no_certain_level_teach_nothing() -> None:
    texts, levels = examples(["i have pus at my port", "i cannot breathe at all"], ["report/infection", "report/breathing"])
    assert "i have pus at my port" not in texts
    assert levels[texts.index("i cannot breathe at all")] == "emergency"
    assert set(levels) == set(LEVELS)


def test_what_was_learned_comes_back_from_its_file(look: SecondLook, encoder: Encoder, tmp_path: Path) -> None:
    look.save(tmp_path / "look.npz")
    kept = SecondLook.load(tmp_path / "look.npz")
    vector = encoder.encode(["i am gasping"])[0]
    assert kept.probabilities(vector) == pytest.approx(look.probabilities(vector))


def test_message_that_was_understood_as_a_question_must_sound_more_like_an_alarm() -> None:
    care = np.array([0.63, 0.02, 0.35], np.float32)
    assert raised(care, False, Bars()) == Raised("emergency", False)
    assert raised(care, False, Bars().of_a_question()) is None


def test_faintest_alarm_is_not_calm() -> None:
    assert is_calm(np.array([0.96, 0.02, 0.02], np.float32), Bars())
    assert not is_calm(np.array([0.85, 0.1, 0.05], np.float32), Bars())
