"""The model of words learns levels from messages, and reads slips and Spanish by their character runs."""
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant import adapter
from assistant.care_words import CareWords

EVERYDAY = [f"{start} {rest}" for start in ("when is", "how long is", "who brings me to", "what about") for rest in ("the infusion", "my visit", "lunch")]


@pytest.fixture(scope="module")
def words() -> CareWords:
    return CareWords.learn(adapter.examples()[::3], EVERYDAY)


@pytest.mark.parametrize("text", ["i cant brethe my chest is tight", "no puede respirar y tiene los labios morados", "HE PASSED OUT ON THE FLOOR"])
def test_emergency_is_likelier_than_none_with_slips_in_spanish_and_in_capitals(words: CareWords, text: str) -> None:
    none, _, emergency = words.probabilities(text)
    assert emergency > none


@pytest.mark.parametrize("text", ["when is the infusion", "gracias por todo, nos vemos el lunes"])
def test_everyday_talk_is_none(words: CareWords, text: str) -> None:
    assert int(np.argmax(words.probabilities(text))) == adapter.LEVEL_OF["none"]


def test_text_without_a_known_piece_still_has_levels(words: CareWords) -> None:
    assert abs(float(words.probabilities("☃").sum()) - 1) < 1e-5


def test_saved_model_says_the_same(words: CareWords, tmp_path: Path) -> None:
    words.save(tmp_path)
    text = "fever of 102 since last night"
    assert np.allclose(CareWords.load(tmp_path).probabilities(text), words.probabilities(text))
