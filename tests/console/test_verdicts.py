"""A model or a rule that fails a verdict of staff is named."""

from __future__ import annotations

from benchmarks import verdicts

CASES = [
    {"text": "I have chest pain", "level": "urgent"},
    {"text": "can it cause chest pain?", "level": "none"},
    {"text": "will I be tired", "expect": ["education/fatigue"]},
    {"text": "sing me a song", "expect": ["refuse"]},
]


class Model:
    def __init__(self, *responses: str) -> None:
        self._responses = list(responses)

    def responses(self, text: str, conversation: str) -> list[str]:
        return self._responses


def test_verdicts_that_are_met_are_not_named() -> None:
    assert verdicts.failed(Model("utter_education/fatigue"), CASES[:3]) == []
    assert verdicts.failed(Model("utter_outside/music"), CASES[3:]) == []


def test_each_verdict_that_is_missed_is_named() -> None:
    wrong = verdicts.failed(Model("utter_education/chills"), [*CASES, {"text": "I love chess", "level": "urgent"}])
    assert [line.split("'")[1] for line in wrong] == ["will I be tired", "sing me a song", "I love chess"]
