"""Shows what a long command is doing, and runs its steps. Output of a step is kept, and shown only when it fails."""
from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional, Sequence

from stack.problem import Problem

TAIL = 12


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints `title`, the seconds while it lasts (on a terminal), and a tick at the end."""
    started, done = time.monotonic(), threading.Event()
    print(f"  {title} …", end="" if sys.stdout.isatty() else "\n", flush=True)

    def tick() -> None:
        while not done.wait(1):
            print(f"\r  {title} … {time.monotonic() - started:.0f} s", end="", flush=True)

    if sys.stdout.isatty():
        threading.Thread(target=tick, daemon=True).start()
    try:
        yield
    finally:
        done.set()
    print(f"{chr(13) if sys.stdout.isatty() else ''}  ✓ {title} ({time.monotonic() - started:.0f} s)", flush=True)


def command(
    words: Sequence[str], *, folder: Path, trouble: str, environment: Optional[Dict[str, str]] = None
) -> str:
    """Runs a command to its end and returns its output; raises Problem(`trouble`) with the last lines when it fails."""
    done = subprocess.run(
        [str(word) for word in words], cwd=str(folder), env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        last = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-TAIL:])
        raise Problem(f"{trouble}\n{last}")
    return done.stdout
