"""Denial, what-if, questions, past, other people, figures of speech: their reach, and where it must end."""

from __future__ import annotations

import pytest

from triage import Level, assess
from triage.context import is_denied


@pytest.mark.parametrize(
    "text",
    [
        "no fever, chills or chest pain",
        "I do not have any chest pain, shortness of breath, or rash",
        "denies fever, chills, nausea, vomiting",
        "no rash no hives no swelling",
        "chest pain: no",
        "my chest doesn't hurt",
        "neither fever nor chills",
        "sin fiebre ni dolor de pecho",
        "no tengo dolor de pecho ni falta de aire",
    ],
)
def test_denial_reaches_through_its_list(text: str) -> None:
    assert assess(text).level is Level.none


@pytest.mark.parametrize(
    "text",
    [
        "no, I have chest pain",
        "No fever. Chest pain since noon.",
        "no fever my chest hurts",
        "no fever Chest hurts",
        "no fever except I can't breathe",
        "no fever, throwing up blood",
        "not to bother you chest pain is 8/10",
        "no doubt this is chest pain",
        "I never had chest pain like this before",
        "I don't know why my chest hurts",
        "I don't think I can wait, chest pain",
        "not only fever, chest pain too",
        "sin fiebre pero me duele el pecho",
        "no tengo fiebre, me duele el pecho",
        "no sé por qué me duele el pecho",
    ],
)
def test_denial_ends_where_the_next_statement_begins(text: str) -> None:
    assert assess(text).level is Level.emergency


@pytest.mark.parametrize(
    "text",
    [
        "if I lie down I can't breathe",
        "what if this is a stroke, my face is drooping",
        "I don't know if this matters but I can't breathe",
        "I wonder if my chest pain is from the infusion",
        "what should I do, I can't breathe",
        "let me know if I need to come in, my chest is tight",
        "is it normal that my chest hurts?",
        "why is my face swelling?",
        "is my chest pain from the nk-92?",
        "can it cause my chest to hurt like this, it hurts so bad right now",
        "can someone help me I can't breathe",
        "creo que es un infarto",
    ],
)
def test_question_about_ones_own_body_now_is_an_alarm(text: str) -> None:
    assert assess(text).level is Level.emergency


@pytest.mark.parametrize(
    "text",
    [
        "if I have trouble breathing, who do I call?",
        "does everyone get chest pain?",
        "what are the signs of a stroke?",
        "is blurry vision dangerous?",
        "my nurse told me to watch for shortness of breath and swelling",
        "I read that it can cause hives",
        "¿los desmayos son comunes?",
        "¿cuáles son los síntomas de un derrame?",
    ],
)
def test_question_about_the_drug_is_no_alarm(text: str) -> None:
    assert assess(text).level is Level.none


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("I had a rash last year", "none"),
        ("I had a rash last year and now it is back", "urgent"),
        ("I have had a rash since last year", "urgent"),
        ("two days ago I fainted", "emergency"),
        ("I fainted ten years ago", "none"),
        ("my face drooped this morning but it is fine now", "emergency"),
        ("I had chest pain last week but it went away", "none"),
        ("I had chest pain last week", "emergency"),
        ("fever last year and chest pain now", "emergency"),
    ],
)
def test_past_counts_unless_long_over_or_said_to_be_gone(text: str, level: str) -> None:
    assert assess(text).level.word == level


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("my dog knocked me over and now my chest hurts", "emergency"),
        ("my neighbor says my face is drooping", "emergency"),
        ("My neighbor drove me home because I fainted", "emergency"),
        ("My neighbor is here. He has a rash.", "none"),
        ("it feels like someone is sitting on my chest", "emergency"),
        ("my husband can't breathe", "emergency"),
        ("a lady in my support group got a rash", "none"),
        ("my grandson has a rash, is it safe to be around him", "none"),
        ("I have a rash, is it contagious", "urgent"),
        ("I can't wake up my cat", "none"),
    ],
)
def test_caregivers_count_as_the_patient_and_others_do_not(text: str, level: str) -> None:
    assert assess(text).level.word == level


@pytest.mark.parametrize(
    "text",
    [
        "this paperwork is killing me",
        "dying to know when my scan is",
        "she took my breath away",
        "cabin fever is setting in",
        "a stroke of luck",
        "passing out flyers",
        "I laughed so hard I couldn't breathe",
        "me muero de risa",
        "me duele el alma",
    ],
)
def test_figure_of_speech_is_no_alarm(text: str) -> None:
    assert assess(text).level is Level.none


def test_body_that_kills_is_no_figure_of_speech() -> None:
    assert assess("my chest is killing me").level is Level.emergency


@pytest.mark.parametrize(
    "text",
    [
        "I was thinking of killing myself but I'm over it, just kidding",
        "what if I just didn't wake up, everyone would be better off without me",
        "I'm not suicidal but I don't want to be here anymore",
    ],
)
def test_thoughts_of_suicide_count_when_indirect_or_taken_back(text: str) -> None:
    assert assess(text).level is Level.emergency


@pytest.mark.parametrize("text", ["I'm not suicidal", "I don't want to die", "I'm afraid of dying", "no quiero morir"])
def test_fear_of_death_is_not_suicide(text: str) -> None:
    assert assess(text).level is Level.none


@pytest.mark.parametrize(
    ("text", "phrase", "denied"),
    [
        ("The patient denies chest pain and shortness of breath.", "shortness of breath", True),
        ("No evidence of acute fracture.", "acute fracture", True),
        ("Positive for chest pain, no palpitations.", "chest pain", False),
        ("Aortic dissection was ruled out.", "aortic dissection", True),
        ("CT without contrast shows a mass.", "mass", False),
        ("No change in the mass.", "mass", False),
        ("chest pain", "fever", False),
        ("El paciente niega dolor.", "dolor", True),
    ],
)
def test_denial_in_a_dictated_report(text: str, phrase: str, denied: bool) -> None:
    language = "es" if phrase == "dolor" else "en"
    assert is_denied(text, phrase, language=language) is denied
