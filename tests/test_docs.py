"""The docs must not lie: every path, command and setting that they name exists, and every setting is named."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
PLACE = re.compile(r"`([A-Za-z_.][\w./-]*/[\w./*<>-]*|[\w-]+\.(?:yml|md|py|toml))`")
MADE_AT_RUN_TIME = ("var/", "models/", ".venv/", "secrets/", "encoder/", "log/", "run/")
NOT_OURS = ("/", "sentence-transformers/")


def label(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("doc", DOCS, ids=label)
def test_named_places_exist(doc: Path) -> None:
    for named in PLACE.findall(doc.read_text(encoding="utf-8")):
        word_pair = named.count("/") == 1 and "." not in named and not named.endswith("/")  # an intent such as education/fatigue
        if named.startswith(MADE_AT_RUN_TIME + NOT_OURS) or "<" in named or "*" in named or word_pair:
            continue
        assert (ROOT / named).exists() or (doc.parent / named).exists(), f"{doc.name} names {named}"


@pytest.mark.parametrize("doc", DOCS, ids=label)
def test_links_lead_somewhere(doc: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", doc.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (doc.parent / target).exists(), f"{doc.name} links to {target}"


@pytest.mark.parametrize("doc", DOCS, ids=label)
def test_named_make_verbs_exist(doc: Path) -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`(?:NK92_\w+=\S+ )?make ([a-z]+)", doc.read_text(encoding="utf-8"))) <= verbs


def test_every_setting_is_described() -> None:
    described = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    used = set()
    for room in ("assistant", "actions", "service", "stack", "channels", "intake"):
        for file in (ROOT / room).rglob("*.py"):
            used |= set(re.findall(r'"(NK92_[A-Z_]+)"', file.read_text(encoding="utf-8")))
    assert {name for name in used if name not in described} - {"NK92_FAKE_GATEWAY_SECRET"} == set()


def test_every_room_stands_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for room in ("data", "assistant", "actions", "triage", "clinic", "service", "intake", "transcripts", "channels", "console", "stack", "benchmarks", "tests"):
        assert f"`{room}/`" in text, room


def test_changelog_names_the_version() -> None:
    version = re.search(r'^version = "([^"]+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert version and f"## {version.group(1)}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
