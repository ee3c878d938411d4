from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import textstat
import yaml
from django.conf import settings

from clinic import load
from intake.care import with_care
from tests.intake.messages import recorded
from wording import ALARMS, Reply, Words, WordsMissing
from wording.words import DISCLOSURE, FILES, SAFE, SAFETY

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
EDUCATION = Reply("You may be tired.", "none", "utter_education/fatigue")


@pytest.fixture(scope="module")
def words() -> Words:
    return Words.load(ROOT / "data", load(ROOT / "clinic.yml"))


def safety_key(level: str) -> str:
    return "utter_ask_temperature" if level == "ask" else f"utter_report/{level}"


def keys(replies: list[Reply]) -> list[str]:
    return [reply.response for reply in replies]


@pytest.mark.parametrize("level", ALARMS)
def test_alarm_is_answered_first_when_rasa_says_nothing_of_it(words: Words, level: str) -> None:
    assert keys(with_care(recorded(level=level), [EDUCATION], words, now=NOW)) == [
        safety_key(level),
        "utter_education/fatigue",
    ]


@pytest.mark.parametrize("level", ALARMS)
def test_alarm_is_answered_when_rasa_is_silent(words: Words, level: str) -> None:
    assert keys(with_care(recorded(level=level), [], words, now=NOW)) == [safety_key(level)]


def test_alarm_that_rasa_answered_is_not_said_twice(words: Words) -> None:
    said = Reply("Call 911 now.", "emergency", "utter_report/emergency")
    assert with_care(recorded(level="emergency"), [said], words, now=NOW) == [said]
    assert with_care(recorded(level="urgent"), [said], words, now=NOW) == [said]


def test_reply_at_the_level_of_the_alarm_is_put_first(words: Words) -> None:
    said = Reply("Call 911 now.", "emergency", "utter_report/emergency")
    assert with_care(recorded(level="emergency"), [EDUCATION, said], words, now=NOW) == [said, EDUCATION]


def test_lower_alarm_of_rasa_does_not_stand_in_for_a_higher_one(words: Words) -> None:
    urgent = Reply("Call your care team.", "urgent", "utter_report/urgent")
    assert keys(with_care(recorded(level="emergency"), [urgent], words, now=NOW))[0] == "utter_report/emergency"


def test_suicide_and_spanish_have_words_of_their_own(words: Words) -> None:
    (said,) = with_care(recorded(level="emergency", suicide=True), [], words, now=NOW)
    assert said.response == "utter_report/suicide" and "988" in said.text
    (said,) = with_care(recorded(level="urgent", language="es"), [], words, now=NOW)
    assert said.response == "utter_report/urgent_es"


def test_silence_becomes_the_safe_reply(words: Words) -> None:
    (said,) = with_care(recorded(), [], words, now=NOW)
    assert said.response == "utter_unknown/no_answer" and "(303) 555-0142" in said.text


def test_routine_is_no_alarm(words: Words) -> None:
    assert with_care(recorded(level="routine"), [EDUCATION], words, now=NOW) == [EDUCATION]


def test_message_that_triage_could_not_read_gets_the_numbers(words: Words) -> None:
    assert keys(with_care(recorded(screened=False), [EDUCATION], words, now=NOW))[-1] == "utter_unknown/if_urgent"


def test_disclosure_is_first_except_before_an_alarm(words: Words) -> None:
    assert keys(with_care(recorded(opens_session=True), [EDUCATION], words, now=NOW))[0] == DISCLOSURE
    alarm = with_care(recorded(opens_session=True, level="emergency"), [EDUCATION], words, now=NOW)
    assert keys(alarm) == ["utter_report/emergency", DISCLOSURE, "utter_education/fatigue"]
    known = Reply("What is your temperature?", "ask", "utter_ask_temperature")
    assert keys(with_care(recorded(opens_session=True, level="none"), [known], words, now=NOW))[1] == DISCLOSURE


@pytest.mark.parametrize("key", [*SAFETY, *SAFE, DISCLOSURE])
@pytest.mark.parametrize("channel", ["web", "sms"])
def test_every_sentence_is_filled_and_plain(words: Words, key: str, channel: str) -> None:
    text = words.say(key, channel).text
    assert "{" not in text and ("(303)" in text or "911" in text)
    if not key.endswith("_es"):
        assert textstat.flesch_kincaid_grade(text) <= 6, text


def test_refusals_give_a_number_to_call(words: Words) -> None:
    for key in SAFE:
        assert "911" in words.say(key, "web").text, key


def changed(tmp_path: Path, file: str, key: str, variants: object) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / "data" / name).read_bytes())
    written = yaml.safe_load((tmp_path / file).read_text())
    written["responses"][key] = variants
    (tmp_path / file).write_text(yaml.safe_dump(written))
    return tmp_path


@pytest.mark.parametrize(
    ("variants", "says"),
    [
        ([], "no response utter_unknown/no_answer"),
        ([{"channel": "web", "text": "x"}], "no response utter_unknown/no_answer"),
        ([{"text": "Call {clinic_fax}"}], "clinic_fax"),
    ],
)
def test_missing_sentence_or_placeholder_stops_the_start(tmp_path: Path, variants: object, says: str) -> None:
    folder = changed(tmp_path, "unknown/safe.yml", "utter_unknown/no_answer", variants)
    with pytest.raises(WordsMissing, match=says):
        Words.load(folder, settings.CLINIC)


def test_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(WordsMissing, match="must be a YAML file"):
        Words.load(tmp_path, settings.CLINIC)
