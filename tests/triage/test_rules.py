"""The rule files: what is in them, and that the loader refuses what it cannot trust."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from triage import Level, TriageError
from triage.patterns import parse
from triage.rules import RULES, rulebook

LANGUAGES = ("en", "es")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(RULES / "en", tmp_path / "en")
    return tmp_path


def write(folder: Path, name: str, content: object) -> None:
    (folder / "en" / name).write_text(yaml.safe_dump(content), encoding="utf-8")


def sign(**changes: object) -> dict[str, object]:
    return {"id": "x", "level": "urgent", "source": "CTCAE 5.0", "phrases": ["sore knee"], **changes}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sign_names_its_source(language: str) -> None:
    assert all(len(rule.source) > 5 for rule in rulebook(language).rules)


def test_both_languages_know_the_same_signs_at_the_same_level() -> None:
    english, spanish = ({(r.id, r.level) for r in rulebook(language).rules} for language in LANGUAGES)
    assert english == spanish
    assert {level for _, level in english} == set(Level) - {Level.none}


@pytest.mark.parametrize("language", LANGUAGES)
def test_combination_names_signs_that_exist(language: str) -> None:
    book = rulebook(language)
    known = {rule.id for rule in book.rules} | {"temperature", "unusable_temperature"}
    assert book.combinations
    for combination in book.combinations:
        assert combination.level >= Level.urgent
        assert all(group and group <= known for group in combination.all_of)


@pytest.mark.parametrize(
    "content",
    [
        [],
        [sign(phrases=[])],
        [sign(level="terrible")],
        [sign(color="red")],
        [{"id": "x", "level": "urgent", "phrases": ["sore knee"]}],
        [sign(), sign()],
        [sign(patterns=["chest &"])],
        [sign(patterns=["chest & nosuchconcept"])],
        [sign(phrases=["what?!"])],
    ],
)
def test_sign_file_that_cannot_be_trusted_stops_the_start(folder: Path, content: object) -> None:
    write(folder, "urgent.yml", content)
    with pytest.raises(TriageError) as stop:
        rulebook("en", folder)
    assert stop.value.permanent


@pytest.mark.parametrize("name", ["words.yml", "context.yml", "temperature.yml"])
@pytest.mark.parametrize("content", [{}, {"chest": []}, {"chest": "pain"}, ["chest"]])
def test_word_file_that_cannot_be_trusted_stops_the_start(folder: Path, name: str, content: object) -> None:
    write(folder, name, content)
    with pytest.raises(TriageError):
        rulebook("en", folder)


@pytest.mark.parametrize("name", ["context.yml", "temperature.yml"])
def test_unknown_or_missing_kind_stops_the_start(folder: Path, name: str) -> None:
    content = yaml.load((RULES / "en" / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    write(folder, name, {**content, "mistake": ["x"]})
    with pytest.raises(TriageError, match="mistake"):
        rulebook("en", folder)
    content.popitem()
    write(folder, name, content)
    rulebook.cache_clear()
    with pytest.raises(TriageError, match="missing"):
        rulebook("en", folder)


def test_missing_file_stops_the_start(folder: Path) -> None:
    (folder / "en" / "ask.yml").unlink()
    with pytest.raises(TriageError, match=r"ask\.yml"):
        rulebook("en", folder)


def test_files_as_they_are_load_from_any_folder(folder: Path) -> None:
    assert rulebook("en", folder).rules == rulebook("en").rules


@pytest.mark.parametrize("entry", ["chest", "& pain", "chest & & pain", "a > b c"])
def test_pattern_that_makes_no_sense_is_refused(entry: str) -> None:
    with pytest.raises(TriageError):
        parse(entry)


def test_pattern_is_read() -> None:
    pattern = parse("chest|heart &6 'hurts|is_tight' > pain !fine")
    assert pattern.elements == (("w:chest", "w:heart"), ("l:hurts", "l:is tight"), ("w:pain",))
    assert [(joint.ordered, joint.gap) for joint in pattern.joints] == [(False, 6), (True, 3)]
    assert pattern.forbidden == ("w:fine",)
