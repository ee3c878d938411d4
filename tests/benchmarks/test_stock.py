"""The stock assistant of `make bench` is a whole Rasa project on our data."""

from __future__ import annotations

from pathlib import Path

import yaml

from benchmarks.stock import write_project

ROOT = Path(__file__).resolve().parents[2]


def test_stock_project_needs_no_action_server_and_keeps_our_questions(tmp_path: Path) -> None:
    write_project(ROOT, tmp_path / "stock", phrasings=2)
    files = [yaml.safe_load(file.read_text()) for file in sorted((tmp_path / "stock" / "data").rglob("*.yml"))]
    steps = [step for content in files for rule in content.get("rules") or [] for step in rule["steps"]]
    custom = set(yaml.safe_load((ROOT / "domain.yml").read_text())["actions"])
    assert custom and not custom & {step.get("action") for step in steps}
    assert all(any("action" in step for step in rule["steps"]) for content in files for rule in content.get("rules") or [])
    blocks = {block["intent"]: block["examples"] for content in files for block in content.get("nlu") or []}
    assert "education/fatigue" in blocks
    assert all(0 < len(examples.strip().splitlines()) <= 2 for examples in blocks.values())
