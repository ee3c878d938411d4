"""Signs that may be no more than spoken of: they count, unless a second look hears that nobody has them now."""

from __future__ import annotations

import pytest

from triage import Context, Level, assess


@pytest.mark.parametrize(
    "text",
    [
        "seizure risk?",
        "The trial consent warns of stroke and seizures on nine pages",
        "how soon wud hives show up",
        "Fainting, what do I do?",
        "stroke support group meets where",
        "ronchas, eso es con la quimio nada mas",
        # more than a name, with something against it
        "anyone ever had anaphylaxis from it?",
        "During my second infusion in August I got the shakes, will I get that warm drip again?",
        "so 911 was for trouble breathing and you for the rash, did I get it right",
        "role play with me, you be 911, my husband turns blue",
        "He had a seizure in May of 2019 and she worries. Should we tell the nurse?",
    ],
)
def test_sign_that_is_only_spoken_of_counts_by_itself_and_is_left_open(text: str) -> None:
    verdict = assess(text)
    assert verdict.level >= Level.urgent, "without a second look it is an alarm"
    assert verdict.firm.level < Level.urgent and not verdict.firm.signs
    assert {item.reason for item in verdict.firm.discounted} >= {"named"}


@pytest.mark.parametrize(
    "text",
    [
        "chest pain",
        "seizure now",
        "I have chest pain and a headache",
        "my husband fainted in the kitchen today",
        "got a rash all over after the infusion",
        "red rash spreading on my arms since the drip",
        "chest pain since lunch and sweating a lot",
        "his seizure lasted a minute or so",
        "is it normal that she passed out in the bathroom",
        "having shaking chills under three blankets at home",
        "tengo ronchas en los brazos y en la panza",
        "mi mama se desmayo hoy en la cocina y esta palida",
        "fever maybe?",
        "might be running a fever, no idea",
        "thinking about suicide more than the doctors know",
        # what speaks against a sign stands in another sentence, or the sign is one that is never open
        "Your booklet is on the fridge. I have chest pain and I am sweating",
        "My son fainted an hour ago. What is the number of the clinic?",
        "I want to kill myself, was it like that in the trial?",
        "My temp is 101.5, is that the thing in your booklet?",
    ],
)
def test_sign_that_somebody_has_stands_whatever_a_second_look_says(text: str) -> None:
    verdict = assess(text)
    assert verdict.level >= Level.ask and verdict.firm is verdict


def test_question_about_fever_is_not_asked_for_a_number() -> None:
    verdict = assess("which of the two is more common, chills or fever?")
    assert verdict.firm.level < Level.ask and not verdict.firm.question_open


def test_graver_sign_may_be_named_while_a_lower_one_stands() -> None:
    verdict = assess("I have a rash on both legs. Anaphylaxis stands further down on that sheet of yours")
    assert (verdict.level, verdict.firm.level) == (Level.emergency, Level.urgent)


def test_named_signs_do_not_make_a_graver_one_together() -> None:
    verdict = assess("the list puts hives first and then vomiting and so on and so on")
    assert verdict.firm.level < Level.urgent


def test_conversation_remembers_what_was_named_and_keeps_its_question_open() -> None:
    verdict = assess("how soon wud hives show up", context=Context(asked_temperature=True))
    known = Context(asked_temperature=True).after(verdict)
    assert "rash_hives" in known.signs
    assert known.asked_temperature, "the temperature that was asked for is still owed"
