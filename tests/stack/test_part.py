"""A part that dies or falls silent is started again; none outlives its supervisor."""
from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from stack.part import Part

ROOT = Path(__file__).resolve().parents[2]
LIVES = "import time\nwhile True: time.sleep(1)"


def part(folder: Path, program: str, probe: object = lambda: True) -> Part:
    said: list[str] = []
    made = Part("The fake", [sys.executable, "-c", program], dict(os.environ), folder, folder / "log" / "fake.log", probe, say=said.append)  # type: ignore[arg-type]
    made.said = said  # type: ignore[attr-defined]
    return made


async def kept_until(made: Part, done: object, seconds: float = 20) -> None:
    keeper = asyncio.create_task(made.keep())
    until = time.monotonic() + seconds
    while not done() and time.monotonic() < until:  # type: ignore[operator]
        await asyncio.sleep(0.05)
    keeper.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeper
    await made.stop()


def test_part_that_ends_is_started_again(tmp_path: Path) -> None:
    made = part(tmp_path, "raise SystemExit(3)", lambda: False)
    asyncio.run(kept_until(made, lambda: made.restarts >= 2))
    assert made.restarts >= 2
    assert "ended with code 3" in made.said[0]  # type: ignore[attr-defined]


def test_part_that_no_longer_answers_is_killed_and_started_again(tmp_path: Path) -> None:
    answers = iter([True])
    made = part(tmp_path, LIVES, lambda: next(answers, False))
    asyncio.run(kept_until(made, lambda: made.restarts >= 1))
    assert "does not answer" in made.said[0]  # type: ignore[attr-defined]


def test_part_that_answers_is_left_alone(tmp_path: Path) -> None:
    made = part(tmp_path, LIVES)
    asyncio.run(kept_until(made, made.ready.is_set))
    assert made.restarts == 0


def test_stopped_part_is_gone(tmp_path: Path) -> None:
    made = part(tmp_path, LIVES)
    asyncio.run(kept_until(made, made.ready.is_set))
    assert made.process is not None and made.process.returncode is not None


def test_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    made = part(tmp_path, "print('first words', flush=True); raise SystemExit(1)", lambda: False)
    asyncio.run(kept_until(made, lambda: made.restarts >= 3))
    assert "first words" in (tmp_path / "log" / "fake.log").read_text() + (tmp_path / "log" / "fake.log.1").read_text()


SUPERVISED = """
import asyncio, os, sys
from pathlib import Path
from stack.part import Part
made = Part("x", [sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), Path("."), Path(sys.argv[1]) / "x.log", lambda: True)
async def main():
    await made.start()
    print(made.process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_killed_supervisor_leaves_no_part_behind(tmp_path: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()
    until = time.monotonic() + 10
    while time.monotonic() < until:
        state = Path(f"/proc/{child}/stat")
        if not state.exists() or state.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the part is still running")
