"""The house rules of ARCHITECTURE.md: who may import whom, and how long a file or a function may be."""
from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = (
    "triage", "clinic", "wording", "notify", "assistant", "actions", "service", "intake", "transcripts", "escalation", "channels", "console",
    "watcher",
    "stack", "benchmarks",
)  # fmt: skip
PURE = {"triage", "clinic", "wording"}
RECORD = {"transcripts", "escalation", *PURE}
MAY_IMPORT = {
    "triage": set(),
    "clinic": set(),
    "wording": {"clinic"},
    "notify": set(),
    "assistant": {"triage", "clinic"},
    "transcripts": PURE,
    "escalation": {"transcripts", "notify", *PURE},
    "intake": RECORD,
    "actions": {"intake", *RECORD},
    "channels": {"intake", *RECORD},
    "console": {"intake", *RECORD},
    "service": {"channels", "console", "intake", "notify", *RECORD},
    "watcher": {"clinic", "notify"},
    "stack": set(),
    "benchmarks": {"assistant", "triage", "stack"},
}
ONLY_IN = {"rasa": {"assistant", "benchmarks"}, "rasa_sdk": {"actions", "stack"}, "sanic": {"assistant", "stack"}}
NO_DJANGO = {*PURE, "notify", "assistant", "watcher", "stack", "benchmarks"}
LONGEST_FILE, LONGEST_FUNCTION = 300, 50
VAGUE = {"utils", "helpers", "common", "core", "misc", "util", "helper"}


def sources() -> list[Path]:
    return [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")) if "migrations" not in file.parts]


def label(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imported(file: Path) -> Iterator[str]:
    """The top-level names that `file` imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("file", sources(), ids=label)
def test_room_imports_only_what_it_may(file: Path) -> None:
    room = file.relative_to(ROOT).parts[0]
    names = set(imported(file))
    assert names & set(ROOMS) - {room} <= MAY_IMPORT[room]
    for library, rooms in ONLY_IN.items():
        assert library not in names or room in rooms
    assert not (room in NO_DJANGO and "django" in names)


@pytest.mark.parametrize("file", sources(), ids=label)
def test_file_says_what_it_is_for_and_stays_readable(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.strip() == "" or ast.get_docstring(tree)
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("file", sources(), ids=label)
def test_no_file_has_a_vague_name(file: Path) -> None:
    assert not VAGUE & {part.removesuffix(".py") for part in file.relative_to(ROOT).parts}


@pytest.mark.parametrize("file", sources(), ids=label)
def test_broad_excepts_say_why(file: Path) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if "except Exception" in line or line.strip() == "except:":
            assert "#" in line, f"line {number} catches everything without a reason beside it"


def test_web_channel_knows_no_other_channel() -> None:
    for file in sorted((ROOT / "channels").rglob("*.py")):
        own = ".".join(file.relative_to(ROOT).parts[:2])
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("channels."):
                assert (node.module or "").startswith(own)
