"""The learned second look: it may raise what the rules missed, it lowers nothing, and it keeps silent on everyday talk."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.encoder import Encoder
from assistant.second_look import LEVELS, Bars, SecondLook, examples

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


@pytest.mark.parametrize("text", ["how often do i come in", "is breast cancer in the trials", "thank you dear"])
def test_everyday_talk_is_not_raised(look: SecondLook, encoder: Encoder, text: str) -> None:
    assert look.level(encoder.encode([text])[0], Bars()) is None


def test_level_needs_its_bar_and_suicide_is_told_from_other_emergencies() -> None:
    # only the biases speak: the vector is nothing
    def with_chances(*chance: float) -> SecondLook:
        return SecondLook(np.zeros((4, 2)), np.log(np.array(chance)))

    nothing = np.zeros(2, np.float32)
    bars = Bars(emergency=0.95, urgent=0.97)
    assert with_chances(0.02, 0.01, 0.96, 0.01).level(nothing, bars) == "emergency"
    assert with_chances(0.02, 0.01, 0.01, 0.96).level(nothing, bars) == "suicide"
    assert with_chances(0.02, 0.90, 0.07, 0.01).level(nothing, bars) == "urgent"
    assert with_chances(0.04, 0.90, 0.05, 0.01).level(nothing, bars) is None


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
