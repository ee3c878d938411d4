"""Starts one server for a measurement and tells when it answers, how much memory it holds, and that it is gone."""
from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

RASA_PYTHON = Path(".venv/rasa/bin/python").absolute()
SERVICE_PYTHON = Path(".venv/service/bin/python").absolute()
ENVIRONMENT = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, answers: Callable[[], bool], environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server process in its own group; yields once `answers()` is true, ends the group afterwards."""
    log = (folder / "bench.log").open("wb")
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command), cwd=folder, stdout=log, stderr=log, start_new_session=True,
        env={**os.environ, **ENVIRONMENT, **(environment or {})},
    )  # fmt: skip
    try:
        while not answers():
            if process.poll() is not None or time.perf_counter() - started > 300:
                raise RuntimeError(f"{command[0]} did not start: see {folder / 'bench.log'}")
            time.sleep(0.05)
        yield Server(process.pid, time.perf_counter() - started)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


class Server:
    """`seconds_to_ready`: from the start of the process to its first answer."""

    def __init__(self, pid: int, seconds_to_ready: float) -> None:
        self.pid = pid
        self.seconds_to_ready = seconds_to_ready

    def megabytes(self) -> float:
        """Resident memory of the process now (Linux)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0
