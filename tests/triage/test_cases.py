"""The case files: every message gets its level; every sign is known in all the ways that people speak of it."""

from __future__ import annotations

import pytest
from case_files import HAS_IT, KINDS, LANGUAGES, Case, all_messages, sign_cases

from triage import Level, assess
from triage.rules import rulebook

FILLER = {
    "en": "Hello and thank you for the ride on Tuesday. The nurses were lovely and the parking was easy. My appetite is "
    "good and I slept through the night. My grandson came over and we watched the game together until late. ",
    "es": "Buenas tardes y gracias por la cita del martes. Las enfermeras son muy amables y el estacionamiento fue "
    "facil. Como bien y duermo toda la noche. Mi nieto vino a la casa y vimos el partido juntos hasta tarde. ",
}
AFTER = {
    "en": " Also can I still take my vitamins on that day? And where do I park on Thursday?",
    "es": " ¿También puedo tomar mis vitaminas ese día? ¿Y dónde me estaciono el jueves?",
}


def name(case: Case) -> str:
    return f"{case.language}-{case.sign or case.level}-{case.kind}-{case.text[:40]}"


def level_of_sign(case: Case) -> Level:
    return next(rule.level for rule in rulebook(case.language).rules if rule.id == case.sign)


@pytest.mark.parametrize("case", all_messages(), ids=name)
def test_message_gets_its_level(case: Case) -> None:
    assert assess(case.text).level.word == case.level


@pytest.mark.parametrize("case", [c for c in sign_cases() if c.kind in HAS_IT], ids=name)
def test_sign_is_found(case: Case) -> None:
    verdict = assess(case.text)
    assert verdict.level is level_of_sign(case)
    assert verdict.language == case.language


@pytest.mark.parametrize("case", [c for c in sign_cases() if c.kind not in HAS_IT], ids=name)
def test_sign_that_is_not_there_now_is_no_alarm(case: Case) -> None:
    assert assess(case.text).level <= Level.routine


@pytest.mark.parametrize("case", [c for c in sign_cases() if c.kind == "plain"], ids=name)
def test_sign_buried_in_a_long_message_keeps_its_level(case: Case) -> None:
    text = FILLER[case.language] + case.text[0].upper() + case.text[1:] + "." + AFTER[case.language]
    assert assess(text).level >= level_of_sign(case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_filler_alone_is_no_sign(language: str) -> None:
    assert assess(FILLER[language] + AFTER[language]).level is Level.none


@pytest.mark.parametrize("case", [c for c in sign_cases() if c.kind == "plain"], ids=name)
@pytest.mark.parametrize("wrap", [str.upper, str.title, "{} 😢🙏".format, "  {}!!!".format, "{}\n\n".format])
def test_shape_of_writing_does_not_lower_a_sign(case: Case, wrap) -> None:  # type: ignore[no-untyped-def]
    assert assess(wrap(case.text)).level >= level_of_sign(case)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_has_every_kind_of_case(language: str) -> None:
    kinds = {(case.sign, case.kind) for case in sign_cases() if case.language == language}
    wanted = {
        (rule.id, kind)
        for rule in rulebook(language).rules
        if rule.level > Level.routine and not rule.after_alarm
        for kind in KINDS
    }
    assert wanted - kinds == set()
