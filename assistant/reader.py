"""Reads a message: spelling, vector, scores, certainty, decision. Everything of the NLU but Rasa itself."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional, Sequence

import numpy as np

from assistant import questions
from assistant.care_network import care_levels
from assistant.certainty import shares
from assistant.decision import UNKNOWN, Decision, Ranked, Thresholds, answers, decide
from assistant.encoder import Encoder, Vectors
from assistant.fusion import Floats, Settings
from assistant.learning import Learned, learn
from assistant.second_look import Bars, is_doubtful, joined
from triage import assess

RANKED = 5
QUESTIONS = ("education/", "outside/")
FOLLOWUP = "followup/"
CLEAR, SHORT = 0.4, 12  # certainty and words of a message that needs no context
ASKED = 0.3  # certainty from which a message counts as a question of ours: an alarm must then be heard more clearly
CONTEXT = 0.6  # weight of the reading behind the last subject
CONTEXT_HOLDS = 0.3  # certainty from which that reading is taken: it finds a subject for much that has none
FEW = 4  # words of a message that needs no word that points back ("and the liver")


class Reader:
    """Trained on phrasings; `read` says what a new message means."""

    def __init__(self, encoder: Encoder, learned: Learned, thresholds: Thresholds) -> None:
        self._encoder = encoder
        self._speller = learned.speller
        self._fusion = learned.fusion
        self._certainty = learned.certainty
        self._second_look = learned.second_look
        self._care_words = learned.care_words
        self._subjects = learned.subjects
        self._learned = learned
        self._thresholds = thresholds

    def read(self, text: str, subject: Optional[str] = None) -> Decision:
        """The meaning of the whole message, or of its parts where these are clearer or hold two questions.

        `subject`: the intent of the answer before, which a short and unclear message may be about.
        """
        spelled = self._speller.spell(text)
        parts = list(questions.split(spelled))
        texts = ([spelled] + parts if len(parts) > 1 else [spelled])[: 1 + questions.MOST_PARTS]
        vectors = self._encoder.encode(texts)
        raw, nearest = self._score(texts, vectors)
        decisions = [decide(one, spelled, self._thresholds) for one in self._rank(raw, nearest)]
        decision = self._joined(decisions[0], decisions[1:])
        if subject and subject in self._subjects:
            decision = self._behind(decision, text, subject, raw[:1], nearest[:1])
        care = joined(care_levels(self._encoder, text), self._care_words.probabilities(text))
        asked = decision.intent.startswith(QUESTIONS) and decision.confidence >= ASKED
        bars = Bars().of_a_question() if asked else Bars()
        if is_doubtful(decision.intent, care, bars):
            decision = replace(decision, doubtful=True)
        return replace(decision, heard=self._second_look.hear(vectors[0], care, bars))

    def _behind(self, decision: Decision, text: str, subject: str, raw: Floats, nearest: Floats) -> Decision:
        """The decision after an answer on `subject`. What names a symptom of its own is not about the last subject."""
        follows, leans = decision.intent.startswith(FOLLOWUP), _leans(decision)
        if (follows or leans) and _names_a_sign(text):
            return replace(decision, intent=UNKNOWN, confidence=0.0) if follows else decision
        if not leans:
            return decision
        behind = self._in_context(decision.spelled, subject, raw, nearest)
        return behind if behind.confidence >= CONTEXT_HOLDS else decision

    def _in_context(self, spelled: str, subject: str, raw: Floats, nearest: Floats) -> Decision:
        """A short follow-up, read once more behind a question on the last subject; the subject weighs a little more."""
        texts = [f"{self._subjects[subject]} {spelled}"]
        behind, near = self._score(texts, self._encoder.encode(texts))
        both = self._rank(np.average([raw, behind], axis=0, weights=[1 - CONTEXT, CONTEXT]), np.maximum(nearest, near))
        return decide(both[0], spelled, self._thresholds)

    def _joined(self, whole: Decision, parts: Sequence[Decision]) -> Decision:
        """Two confident questions give two answers; one clear question in much talk wins over an unclear whole."""
        sure = [part for part in parts if part.confidence >= self._thresholds.each and part.intent.startswith(QUESTIONS)]
        intents = list(dict.fromkeys(part.intent for part in sure))
        if len(intents) > 1 and any(answers(intent) for intent in intents):
            return replace(sure[0], also=tuple(intents[1 : questions.MOST_QUESTIONS]), close=False, offered=())
        clear = max(parts, key=lambda part: part.confidence if part.intent != UNKNOWN else 0.0, default=whole)
        if whole.intent == UNKNOWN and clear.intent != UNKNOWN and clear.confidence >= self._thresholds.part:
            return clear
        return whole

    def _score(self, texts: Sequence[str], vectors: Vectors) -> tuple[Floats, Floats]:
        """Scores and nearest cosines, both [texts, labels]."""
        scored = [self._fusion.score(text, vector) for text, vector in zip(texts, vectors)]
        return np.stack([scores.raw for scores in scored]), np.stack([scores.nearest for scores in scored])

    def _rank(self, raw: Floats, nearest: Floats) -> list[Ranked]:
        certainty, share = self._certainty.of(raw, nearest), shares(raw, self._certainty.sharpness)
        ranked = []
        for row in range(len(raw)):
            order = np.argsort(-raw[row])[:RANKED]
            intents = [self._fusion.labels[column] for column in order]
            ranked.append(Ranked(intents, share[row, order].tolist(), float(certainty[row])))
        return ranked

    @classmethod
    def train(
        cls,
        texts: Sequence[str],
        intents: Sequence[str],
        written: str,
        encoder: Encoder,
        thresholds: Thresholds,
        settings: Settings = Settings(),
    ) -> Reader:
        """`texts` with their full `intents`; `written`: all that we say, whose words are spelled right."""
        return cls(encoder, learn(texts, intents, written, encoder, settings), thresholds)

    def save(self, folder: Path) -> None:
        self._learned.save(folder)

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, thresholds: Thresholds) -> Reader:
        return cls(encoder, Learned.load(folder), thresholds)


def _leans(decision: Decision) -> bool:
    """Whether a message is short and unclear enough to be about what was said before, and points back to it."""
    if decision.also or decision.intent.startswith(FOLLOWUP):
        return False
    words = len(decision.spelled.split())
    return decision.confidence < CLEAR and words <= SHORT and (words <= FEW or questions.points_back(decision.spelled))


def _names_a_sign(text: str) -> bool:
    """Whether a message has a subject of its own, because it speaks of a symptom ("the form warns of stroke, how often is that")."""
    verdict = assess(text)
    return bool(verdict.signs or verdict.discounted)
