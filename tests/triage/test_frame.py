"""Rules recited, words quoted, others who are no patient, times long past: what is told, and what is happening."""

from __future__ import annotations

import pytest

from triage import Level, assess


@pytest.mark.parametrize(
    "text",
    [
        "Let me get this straight. Fever, call. Can't breathe, 911. Did I miss anything?",
        "the handout lists trouble breathing, seizures and fainting, how often does each happen",
        'The booklet says "shaking chills", what is that?',
        'I ticked "chest pain" by mistake on the tablet',
        "Chest pain in 1996, bypass in 1999, nothing since",
        "febrile seizure as a toddler, according to my mother",
        "what if she faints or her throat swells at night, who do I call?",
        "my pastor's wife had a stroke",
        "I'm the one on the trial and I feel well, but my wife has hives",
        "si algún día se desmaya o le da un dolor en el pecho, ¿a quién llamo?",
    ],
)
def test_what_is_only_told_of_does_not_count(text: str) -> None:
    assert assess(text).level <= Level.routine


@pytest.mark.parametrize(
    "text",
    [
        "Let me get this straight. Fever, call. Chest pain, 911. Well, my chest hurts.",
        "the rule is call 911 for chest pain. chest pain here, going down my arm",
        "the leaflet lists chest pain and I have chest pain",
        'my wife says "my chest hurts" and she is grey',
        "I hit the wrong button before, I do have chest pain",
        "bypass in 1999 and chest pain now",
        "had a stroke in 2015 and my face is drooping again",
        "I'm not the patient, my husband is, and he can't breathe",
        "I'm the one with him, my husband can't breathe",
        "my husband has chest pain, he says it has nothing to do with this",
        "I'm the one on the trial and my throat is closing",
        "would a seizure count? asking because I just had one",
        "if I get a fever who do I call? My chest is hurting",
        "soy la paciente y me duele el pecho",
    ],
)
def test_what_happens_counts_in_any_frame(text: str) -> None:
    assert assess(text).level is Level.emergency
