from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from clinic import Clinic, ClinicError, load

ROOT = Path(__file__).resolve().parents[2]
DENVER = ZoneInfo("America/Denver")


@pytest.fixture
def clinic() -> Clinic:
    return load(ROOT / "clinic.yml")


def changed(tmp_path: Path, **settings: object) -> Path:
    written = yaml.safe_load((ROOT / "clinic.yml").read_text(encoding="utf-8"))
    written.update(settings)
    file = tmp_path / "clinic.yml"
    kept = {name: value for name, value in written.items() if value is not ...}
    file.write_text(yaml.safe_dump(kept), encoding="utf-8")
    return file


def test_shipped_clinic_is_fictional_and_complete(clinic: Clinic) -> None:
    assert "555-01" in clinic.phone_day and "555-01" in clinic.phone_night
    assert set(clinic.placeholders()) == {
        "clinic_name", "clinic_phone", "clinic_night_phone", "clinic_hours", "emergency_number",
        "crisis_line",
    }  # fmt: skip
    assert all(clinic.placeholders().values())


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("phone_day", "12", "phone_day"),
        ("phone_night", "call us", "phone_night"),
        ("emergency_number", "nine", "emergency_number"),
        ("time_zone", "Mars/Base", "time_zone"),
        ("languages", ["tlh"], "languages"),
        ("hours", {"someday": "08:00-17:00"}, "hours"),
        ("hours", {"monday": "17:00-08:00"}, "closes before it opens"),
        ("hours", {"monday": "morning"}, "08:00-17:00"),
        ("holidays", ["soon"], "holidays"),
        ("name", "", "name"),
        ("name", "{clinic}", "name"),
        ("fax", "1", "unknown setting fax"),
        ("crisis_line", ..., "crisis_line is missing"),
    ],
)
def test_wrong_setting_is_refused_by_name(tmp_path: Path, setting: str, value: object, says: str) -> None:
    file = changed(tmp_path)
    written = yaml.safe_load(file.read_text())
    written.pop(setting, None) if value is ... else written.update({setting: value})
    file.write_text(yaml.safe_dump(written))
    with pytest.raises(ClinicError, match=says):
        load(file)


def test_missing_and_broken_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(ClinicError, match="missing"):
        load(tmp_path / "clinic.yml")
    (tmp_path / "clinic.yml").write_text("a: [")
    with pytest.raises(ClinicError, match="YAML"):
        load(tmp_path / "clinic.yml")
    (tmp_path / "clinic.yml").write_text("")
    with pytest.raises(ClinicError, match="empty"):
        load(tmp_path / "clinic.yml")


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23T08:00", True),
        ("2026-11-23T07:59", False),
        ("2026-11-23T17:00", False),
        ("2026-11-22T12:00", False),  # a Sunday
        ("2026-11-26T12:00", False),  # a holiday
    ],
)
def test_open_by_day_hour_and_holiday(clinic: Clinic, local: str, is_open: bool) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=DENVER)
    assert clinic.is_open(at) is is_open
    assert clinic.is_open(at.astimezone(timezone.utc)) is is_open


def test_next_opening_skips_weekend_and_holiday(clinic: Clinic) -> None:
    friday_evening = datetime(2026, 11, 20, 18, 0, tzinfo=DENVER)
    assert clinic.next_opening(friday_evening) == datetime(2026, 11, 23, 8, 0, tzinfo=DENVER)
    before_thanksgiving = datetime(2026, 11, 25, 20, 0, tzinfo=DENVER)
    assert clinic.next_opening(before_thanksgiving) == datetime(2026, 11, 27, 8, 0, tzinfo=DENVER)


def test_next_opening_keeps_the_hour_over_a_clock_change(clinic: Clinic) -> None:
    saturday_before_spring = datetime(2027, 3, 13, 12, 0, tzinfo=DENVER)
    assert clinic.next_opening(saturday_before_spring).hour == 8


def test_clinic_that_never_opens_says_so(clinic: Clinic) -> None:
    from dataclasses import replace

    with pytest.raises(ClinicError, match="60 days"):
        replace(clinic, hours={}).next_opening(datetime(2026, 11, 23, tzinfo=timezone.utc))


NURSE = {"nurse_line": "mailbox://nurse-line"}
RUNGS = {level: {"rungs": [{"after": 0, "tell": ["nurse_line"]}], "again_every": 5} for level in ("emergency", "urgent", "request")}


def ladder_with(**changes: object) -> dict[str, object]:
    return {**RUNGS, **changes}


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("recipients", {}, "recipients"),
        ("recipients", {**NURSE, "patient": "mailbox://x"}, "patient"),
        ("recipients", {"nurse_line": "call her"}, "mailbox://nurse-line"),
        ("recipients", {"nurse_line": {"day": "mailbox://a"}}, "night"),
        ("recipients", {"nurse_line": "slack://${NK92_NOT_SET}/"}, "NK92_NOT_SET"),
        ("ladder", {"emergency": RUNGS["emergency"]}, "request"),
        ("ladder", ladder_with(urgent={"rungs": [], "again_every": 5}), "at least one rung"),
        ("ladder", ladder_with(urgent={"rungs": [{"after": 0, "tell": ["nobody"]}], "again_every": 5}), "nurse_line"),
        ("ladder", ladder_with(urgent={"rungs": [{"after": 0, "tell": ["patient"]}], "again_every": 5}), "nobody of the clinic"),
        ("ladder", ladder_with(urgent={"rungs": [{"after": -1, "tell": ["nurse_line"]}], "again_every": 5}), "after"),
        (
            "ladder",
            ladder_with(urgent={"rungs": [{"after": 5, "tell": ["nurse_line"]}, {"after": 1, "tell": ["nurse_line"]}], "again_every": 5}),
            "must not fall",
        ),
        ("ladder", ladder_with(urgent={"rungs": RUNGS["urgent"]["rungs"], "again_every": 0}), "again_every"),
        ("watch", {"period": 0, "grace": 1, "tell": ["nurse_line"]}, "period"),
        ("watch", {"period": 5, "grace": 1, "tell": ["ghost"]}, "tell"),
        ("acknowledged_for", "long", "acknowledged_for"),
    ],
)
def test_ladder_that_would_leave_a_case_unseen_is_refused(tmp_path: Path, setting: str, value: object, says: str) -> None:
    settings = {"recipients": NURSE, "ladder": RUNGS, "watch": {"period": 5, "grace": 5, "tell": ["nurse_line"]}, setting: value}
    with pytest.raises(ClinicError, match=says):
        load(changed(tmp_path, **settings))


def test_address_takes_its_secret_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NK92_TEST_SECRET", "hush")
    settings = {"recipients": {"nurse_line": "slack://${NK92_TEST_SECRET}/"}, "ladder": RUNGS}
    read = load(changed(tmp_path, **settings, watch={"period": 5, "grace": 5, "tell": ["nurse_line"]}))
    assert read.escalation.recipients["nurse_line"].day == ("slack://hush/",)


def test_recipient_has_one_address_by_day_and_another_by_night(clinic: Clinic) -> None:
    nurse = clinic.escalation.recipients["nurse_line"]
    assert nurse.addresses(clinic_open=True) != nurse.addresses(clinic_open=False)
