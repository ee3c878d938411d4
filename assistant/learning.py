"""Learns everything that the reader knows from the phrasings in data/, and keeps it in a folder of the trained model."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping, Sequence

import numpy as np

from assistant import adapter, second_look, unseen
from assistant.care_words import CareWords
from assistant.certainty import Certainty
from assistant.decision import answers
from assistant.encoder import Encoder
from assistant.fusion import Fitted, Fusion, Settings, fit
from assistant.pieces import Pieces
from assistant.second_look import SecondLook
from assistant.spelling import Speller, english_words, load_shorthand, words_of

OUTSIDE = "outside/"


@dataclass(frozen=True)
class Learned:
    """`subjects`: for each education intent the phrasing that stands for it best, used to read short follow-ups."""

    speller: Speller
    fusion: Fusion
    certainty: Certainty
    second_look: SecondLook
    care_words: CareWords
    subjects: Mapping[str, str]

    def save(self, folder: Path) -> None:
        self.fusion.save(folder)
        self.fusion.pieces.save(folder / "pieces.json")
        self.certainty.save(folder / "certainty.json")
        self.second_look.save(folder / "second_look.npz")
        self.care_words.save(folder)
        words = {
            "vocabulary": self.speller.vocabulary,
            "labels": self.fusion.labels,
            "settings": asdict(self.fusion.settings),
            "subjects": dict(self.subjects),
        }
        (folder / "reader.json").write_text(json.dumps(words))

    @classmethod
    def load(cls, folder: Path) -> Learned:
        stored = json.loads((folder / "reader.json").read_text())
        pieces = Pieces.load(folder / "pieces.json")
        return cls(
            Speller(stored["vocabulary"], english_words(), load_shorthand()),
            Fusion.load(folder, Settings(**stored["settings"]), stored["labels"], pieces),
            Certainty.load(folder / "certainty.json"),
            SecondLook.load(folder / "second_look.npz"),
            CareWords.load(folder),
            stored["subjects"],
        )


def learn(texts: Sequence[str], intents: Sequence[str], written: str, encoder: Encoder, settings: Settings) -> Learned:
    """From `texts` with their full `intents`; `written`: all that we say, whose words are spelled right."""
    speller = learn_speller(texts, written)
    spelled = [speller.spell(text) for text in texts]
    vectors = encoder.encode(spelled)
    fitted = fit(spelled, intents, vectors, settings)
    looked_at, levels = second_look.examples(spelled, intents)
    known = dict(zip(spelled, vectors))
    known.update(zip(new := [text for text in looked_at if text not in known], encoder.encode(new)))
    look = SecondLook.learn(np.stack([known[text] for text in looked_at]), levels)
    everyday = [text for text, intent in zip(texts, intents) if not intent.startswith(second_look.REPORT)]
    care_words = CareWords.learn(adapter.examples(), everyday)
    return Learned(speller, fitted.model, learn_certainty(fitted), look, care_words, central(fitted, spelled, intents))


def learn_certainty(fitted: Fitted) -> Certainty:
    """From each phrase scored without itself, and each out-of-scope phrase scored without its whole subject."""
    seen_raw, seen_near = unseen.without_phrase(fitted)
    new_raw, new_near = unseen.without_label(fitted, [label for label in fitted.model.labels if label.startswith(OUTSIDE)])
    best = np.argmax(new_raw, axis=1)
    misled = np.array([not fitted.model.labels[column].startswith(OUTSIDE) for column in best])
    right = np.argmax(seen_raw, axis=1) == fitted.owners
    return Certainty.learn(
        np.concatenate([seen_raw, new_raw[misled]]),
        np.concatenate([seen_near, new_near[misled]]),
        np.concatenate([right, np.zeros(int(misled.sum()), bool)]),
    )


def central(fitted: Fitted, texts: Sequence[str], intents: Sequence[str]) -> dict[str, str]:
    """The phrasing in the middle of each education intent."""
    rows = sorted(range(len(texts)), key=lambda row: intents[row])  # the order of `fitted`
    chosen = {}
    for number, label in enumerate(fitted.model.labels):
        if answers(label):
            own = np.flatnonzero(fitted.owners == number)
            middle = fitted.vectors[own].mean(axis=0)
            chosen[label] = texts[rows[int(own[np.argmax(fitted.vectors[own] @ middle)])]]
    return chosen


def learn_speller(texts: Sequence[str], written: str) -> Speller:
    """Corrects towards words of our answers, and of the phrasings where they are real words and not slips."""
    frequent = english_words()
    counts: dict[str, int] = {}
    for text in texts:
        for word in words_of(text):
            counts[word] = counts.get(word, 0) + 1
    asked = {word for word, times in counts.items() if times >= 2 and word in frequent}
    return Speller(asked | set(words_of(written)), frequent, load_shorthand())
