"""Reads a message: spelling, vector, scores, certainty, decision. Everything of the NLU but Rasa itself."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Sequence

import numpy as np

from assistant import questions, unseen
from assistant.certainty import Certainty, shares
from assistant.decision import UNKNOWN, Decision, Ranked, Thresholds, answers, decide
from assistant.encoder import Encoder
from assistant.fusion import Fusion, Settings, fit
from assistant.pieces import Pieces
from assistant.spelling import Speller, english_words, load_shorthand, words_of

RANKED = 5
OUTSIDE = "outside/"
QUESTIONS = ("education/", OUTSIDE)


class Reader:
    """Trained on phrasings; `read` says what a new message means."""

    def __init__(self, speller: Speller, encoder: Encoder, fusion: Fusion, certainty: Certainty, thresholds: Thresholds) -> None:
        self._speller = speller
        self._encoder = encoder
        self._fusion = fusion
        self._certainty = certainty
        self._thresholds = thresholds

    def read(self, text: str) -> Decision:
        """The meaning of the whole message, or of its parts where these are clearer or hold two questions."""
        spelled = self._speller.spell(text)
        parts = list(questions.split(spelled))
        texts = [spelled] + parts if len(parts) > 1 else [spelled]
        ranked = self._rank(texts[: 1 + questions.MOST_PARTS])
        decisions = [decide(one, spelled, self._thresholds) for one in ranked]
        return self._joined(decisions[0], decisions[1:])

    def _joined(self, whole: Decision, parts: Sequence[Decision]) -> Decision:
        """Two confident questions give two answers; one clear question in much talk wins over an unclear whole."""
        sure = [part for part in parts if part.confidence >= self._thresholds.part and part.intent.startswith(QUESTIONS)]
        intents = list(dict.fromkeys(part.intent for part in sure))
        if len(intents) > 1 and any(answers(intent) for intent in intents):
            return replace(sure[0], also=tuple(intents[1 : questions.MOST_QUESTIONS]), close=False, offered=())
        clear = max(parts, key=lambda part: part.confidence if part.intent != UNKNOWN else 0.0, default=whole)
        if whole.intent == UNKNOWN and clear.intent != UNKNOWN and clear.confidence >= self._thresholds.part:
            return clear
        return whole

    def _rank(self, texts: Sequence[str]) -> list[Ranked]:
        vectors = self._encoder.encode(texts)
        scored = [self._fusion.score(text, vector) for text, vector in zip(texts, vectors)]
        raw = np.stack([scores.raw for scores in scored])
        nearest = np.stack([scores.nearest for scores in scored])
        certainty, share = self._certainty.of(raw, nearest), shares(raw, self._certainty.sharpness)
        ranked = []
        for row in range(len(texts)):
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
        speller = learn_speller(texts, written)
        spelled = [speller.spell(text) for text in texts]
        fitted = fit(spelled, intents, encoder.encode(spelled), settings)
        seen_raw, seen_near = unseen.without_phrase(fitted)
        new_raw, new_near = unseen.without_label(fitted, [label for label in fitted.model.labels if label.startswith(OUTSIDE)])
        best = np.argmax(new_raw, axis=1)
        misled = np.array([not fitted.model.labels[column].startswith(OUTSIDE) for column in best])
        right = np.argmax(seen_raw, axis=1) == fitted.owners
        certainty = Certainty.learn(
            np.concatenate([seen_raw, new_raw[misled]]),
            np.concatenate([seen_near, new_near[misled]]),
            np.concatenate([right, np.zeros(int(misled.sum()), bool)]),
        )
        return cls(speller, encoder, fitted.model, certainty, thresholds)

    def save(self, folder: Path) -> None:
        self._fusion.save(folder)
        self._certainty.save(folder / "certainty.json")
        words = {"vocabulary": self._speller.vocabulary, "labels": self._fusion.labels, "settings": asdict(self._fusion.settings)}
        (folder / "reader.json").write_text(json.dumps(words))
        self._fusion.pieces.save(folder / "pieces.json")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, thresholds: Thresholds) -> Reader:
        stored = json.loads((folder / "reader.json").read_text())
        pieces = Pieces.load(folder / "pieces.json")
        fusion = Fusion.load(folder, Settings(**stored["settings"]), stored["labels"], pieces)
        speller = Speller(stored["vocabulary"], english_words(), load_shorthand())
        return cls(speller, encoder, fusion, Certainty.load(folder / "certainty.json"), thresholds)


def learn_speller(texts: Sequence[str], written: str) -> Speller:
    """Corrects towards words of our answers, and of the phrasings where they are real words and not slips."""
    frequent = english_words()
    counts: dict[str, int] = {}
    for text in texts:
        for word in words_of(text):
            counts[word] = counts.get(word, 0) + 1
    asked = {word for word, times in counts.items() if times >= 2 and word in frequent}
    return Speller(asked | set(words_of(written)), frequent, load_shorthand())
