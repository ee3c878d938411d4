"""What every file under data/ must hold: no answer without a source, no number without a fact, plain words."""
from __future__ import annotations

import re
from collections import Counter
from statistics import mean

import pytest
import yaml

from tests.answers import (
    GSM7,
    PLACEHOLDER,
    ROOT,
    TWO_SEGMENTS,
    Answer,
    answers,
    facts,
    figures,
    files,
    grade,
    phrasings,
    placeholders,
    register,
    segments,
    sentences,
)  # fmt: skip
from wording.words import GIVEN

ENGLISH = [answer for answer in answers() if not answer.spanish]
EDUCATION = [answer for answer in answers() if answer.key.startswith("utter_education/")]
FORBIDDEN = ("safe and effective", "you are fine", "you're fine", "guarantee", "smart drug", "don't worry", "do not worry")
FEVER_WORDS = re.compile(r"\bfever\b", re.IGNORECASE)
SOURCE_LINE = "From the NK-92 monograph: {}"


def name(answer: Answer) -> str:
    return answer.key.removeprefix("utter_") + (f"[{answer.channel}]" if answer.channel else "")


def test_facts_have_known_fields_and_sections() -> None:
    known = {"id", "section", "statement", "numbers", "hedge", "care"}
    for fact in register()["facts"]:
        assert set(fact) <= known, fact["id"]
        assert fact["section"] in register()["sections"], fact["id"]
    assert len(facts()) == len(register()["facts"]), "two facts share an id"


def test_every_number_in_a_fact_is_listed_with_its_unit() -> None:
    for fact in register()["facts"]:
        listed = {str(number["value"]) for number in fact.get("numbers", [])} | {"1"}
        assert figures(fact["statement"]) <= listed, fact["id"]


def test_every_fact_is_answered_somewhere() -> None:
    answered = {fact for answer in EDUCATION for fact in answer.metadata.get("facts", [])}
    assert set(facts()) - answered == set()


@pytest.mark.parametrize("answer", answers(), ids=name)
def test_answer_cites_known_facts_and_only_their_numbers(answer: Answer) -> None:
    cited = answer.metadata.get("facts", [])
    assert set(cited) <= set(facts())
    allowed = {str(number["value"]) for fact in cited for number in facts()[fact].get("numbers", [])}
    assert figures(answer.text) <= allowed


@pytest.mark.parametrize("answer", [answer for answer in EDUCATION if not answer.channel], ids=name)
def test_education_answer_has_facts_a_source_and_a_title(answer: Answer) -> None:
    assert answer.metadata["facts"]
    assert answer.metadata["source"] in register()["sections"]
    assert 1 <= len(answer.metadata["title"].split()) <= 5


@pytest.mark.parametrize("answer", ENGLISH, ids=name)
def test_answer_is_plain_enough(answer: Answer) -> None:
    assert grade(answer.filled()) <= 8
    for sentence in sentences(answer.filled()):
        assert len(sentence.split()) <= 20, sentence


def test_answers_are_at_grade_six_on_average() -> None:
    assert mean(grade(answer.filled()) for answer in ENGLISH) <= 6


@pytest.mark.parametrize("answer", [a for a in answers() if a.channel == "sms" or a in EDUCATION or a.key.startswith("utter_sms/")], ids=name)
def test_text_message_fits_two_segments(answer: Answer) -> None:
    if answer.channel is None and any(other.key == answer.key and other.channel == "sms" for other in answers()):
        return  # this subject has a version for text messages of its own
    section = answer.metadata.get("source") or next(
        (other.metadata.get("source") for other in answers() if other.key == answer.key), None
    )
    text = answer.filled()
    if section:
        text += "\n\n" + SOURCE_LINE.format(register()["sections"][section])
    assert set(text) <= GSM7, set(text) - GSM7
    assert segments(text) <= 2 and len(text) <= TWO_SEGMENTS


@pytest.mark.parametrize("answer", answers(), ids=name)
def test_answer_never_promises(answer: Answer) -> None:
    lowered = answer.text.lower()
    assert not [words for words in FORBIDDEN if words in lowered]
    for found in re.finditer(r"\bapproved\b", lowered):
        before = lowered[max(0, found.start() - 40) : found.start()]
        after = lowered[found.end() : found.end() + 20]
        assert re.search(r"\b(not|nothing|no|none|isn't|never)\b", before) or re.match(r"[\s\w]* (trial|stud|drug|use)", after), found


@pytest.mark.parametrize("answer", answers(), ids=name)
def test_placeholders_are_known(answer: Answer) -> None:
    known = set(placeholders()) | (set(GIVEN) if answer.key.startswith(("utter_case/", "utter_sms/")) else set())
    assert set(PLACEHOLDER.findall(answer.text)) <= known
    assert "{" not in PLACEHOLDER.sub("", answer.text)


@pytest.mark.parametrize(
    "answer", [a for a in EDUCATION if "infusion_fever" in a.metadata.get("facts", [])], ids=name
)
def test_answer_that_calls_fever_common_names_the_rule_to_call(answer: Answer) -> None:
    assert "100.4" in answer.text
    assert re.search(r"\bcall\b", answer.text, re.IGNORECASE)


@pytest.mark.parametrize("answer", [a for a in EDUCATION if "blurred_vision" in a.metadata.get("facts", [])], ids=name)
def test_answer_on_blurred_vision_says_to_call(answer: Answer) -> None:
    assert re.search(r"\b(call|tell)\b", answer.text, re.IGNORECASE)


@pytest.mark.parametrize("answer", [a for a in EDUCATION if "no_steroids" in a.metadata.get("facts", [])], ids=name)
def test_answer_on_steroids_stops_no_medicine(answer: Answer) -> None:
    assert re.search(r"(do not|never|don't) stop", answer.text, re.IGNORECASE)


@pytest.mark.parametrize("answer", [a for a in EDUCATION if "fluids" in a.metadata.get("facts", [])], ids=name)
def test_answer_on_fluids_respects_a_fluid_limit(answer: Answer) -> None:
    assert "limit" in answer.text.lower()


@pytest.mark.parametrize(
    "answer", [a for a in EDUCATION if {"lung_dcr", "tolerated_75", "lymphoma_pfs"} & set(a.metadata.get("facts", []))], ids=name
)
def test_answer_on_results_is_hedged(answer: Answer) -> None:
    assert re.search(r"\b(early|small|pilot|first|still)\b", answer.text, re.IGNORECASE)


def test_no_answer_copies_the_monograph_or_another_response_key() -> None:
    keys = Counter()
    for file in files():
        for key in yaml.safe_load(file.read_text(encoding="utf-8")).get("responses") or {}:
            keys[key] += 1
    assert [key for key, times in keys.items() if times > 1] == []


def test_each_channel_has_one_text_per_response() -> None:
    variants = Counter((answer.key, answer.channel) for answer in answers())
    assert [found for found, times in variants.items() if times > 1] == []


def test_buttons_lead_to_answers_that_exist() -> None:
    keys = {answer.key for answer in answers()} | {"utter_ask_person"}
    for answer in answers():
        for button in answer.buttons:
            assert "utter_" + button["payload"].lstrip("/") in keys, (answer.key, button)


def test_followups_lead_to_answers_that_exist() -> None:
    keys = {answer.key for answer in answers()}
    asked = {intent.split("/")[1] for intent in phrasings() if intent.startswith("followup/")}
    for answer in EDUCATION:
        for kind, intent in (answer.metadata.get("followups") or {}).items():
            assert kind in asked, (answer.key, kind)
            assert f"utter_{intent}" in keys, (answer.key, intent)


@pytest.mark.parametrize("intent", sorted(set(phrasings()) - {"alarm", "temperature_question"}))
def test_intent_has_forty_phrasings(intent: str) -> None:
    assert len(phrasings()[intent]) >= 40
    if "/" in intent:
        assert any(answer.key == f"utter_{intent}" for answer in answers())


def test_no_phrasing_stands_under_two_intents() -> None:
    owners: dict[str, set[str]] = {}
    for intent, lines in phrasings().items():
        for line in lines:
            owners.setdefault(re.sub(r"\W+", " ", line.lower()).strip(), set()).add(intent)
    assert {line: found for line, found in owners.items() if len(found) > 1} == {}


def test_domain_stays_a_table_of_contents() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert "responses" not in domain
    groups = {intent.split("/")[0] for intent in phrasings()}
    assert groups == set(domain["intents"])
