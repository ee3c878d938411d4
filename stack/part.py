"""One supervised process: started, probed, and restarted when it dies or no longer answers."""
from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping, Optional, Sequence

PROBE_SECONDS = 5.0
LOOK_EVERY = 2.0
STARTING = 120.0  # a part that has not answered once may take this long
SILENCES = 2
BACK_OFF = (0.0, 1.0, 2.0, 5.0, 10.0)
CALM_AFTER = 60.0
PR_SET_PDEATHSIG = 1


@dataclass
class Part:
    """`probe` returns True when the part answers as it should; it may block for PROBE_SECONDS."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    probe: Callable[[], bool]
    process: Optional[asyncio.subprocess.Process] = None
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    restarts: int = 0
    started: float = 0.0
    say: Callable[[str], None] = print

    async def start(self) -> None:
        """Starts the process in a group of its own; its output goes to the log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        self.started = time.monotonic()
        with self.log.open("ab") as output:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, cwd=self.folder, env=dict(self.environment), stdin=asyncio.subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True, preexec_fn=_die_with_parent,
            )  # fmt: skip

    async def keep(self) -> None:
        """Runs for ever: starts the part again whenever it ends or falls silent."""
        tries = 0
        while True:
            if self.process is None:
                await asyncio.sleep(BACK_OFF[min(tries, len(BACK_OFF) - 1)])
                await self.start()
            why = await self._watch()
            if time.monotonic() - self.started > CALM_AFTER:
                tries = 0
            tries += 1
            self.restarts += 1
            self.ready.clear()
            self.say(f"{self.name} {why}; starting it again. See {self.log}")
            self.kill()
            self.process = None

    async def _watch(self) -> str:
        """Returns what went wrong."""
        silences = 0
        assert self.process is not None
        while True:
            try:
                code = await asyncio.wait_for(self.process.wait(), LOOK_EVERY if self.ready.is_set() else 0.3)
                return f"ended with code {code}"
            except asyncio.TimeoutError:
                pass  # still running: ask whether it answers
            if await asyncio.to_thread(self.probe):
                silences = 0
                self.ready.set()
                continue
            silences += 1
            if self.ready.is_set() and silences >= SILENCES:
                return "does not answer"
            if not self.ready.is_set() and time.monotonic() - self.started > STARTING:
                return f"did not answer within {STARTING:.0f} seconds"

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Signals the whole group; nothing happens when it is gone."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return

    async def stop(self, *, patience: float = 4.0) -> None:
        """Asks the part to end, then makes it."""
        if self.process is None or self.process.returncode is not None:
            return
        self.kill(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), patience)
        except asyncio.TimeoutError:
            self.kill()
            await self.process.wait()


def _die_with_parent() -> None:
    """Linux: the part is killed when the supervisor is, however that ended."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
