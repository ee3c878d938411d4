"""`make bench`: our Rasa against Rasa's stock pipeline, and our service on top, in one run on one machine.

Prints one table. The stock model takes long to train; it is kept under var/bench while data and answers stay the same.
"""
from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml

from benchmarks.load import Run, Target, converse
from benchmarks.processes import ENVIRONMENT, RASA_PYTHON

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "bench"
TURNS = 8
QUESTION = "What is NK-92?"


def messages(limit: int = 200) -> list[str]:
    """Questions that nobody trained on, from tests/understanding."""
    found = [case["text"] for file in sorted((ROOT / "tests" / "understanding").glob("*.yml")) for case in yaml.safe_load(file.read_text())]
    return found[:: max(1, len(found) // limit)][:limit]


def post(port: int, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
    """One JSON request; None when there is no answer yet."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", json.dumps(body).encode(), {"Content-Type": "application/json", **(headers or {})}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def rest(port: int) -> Target:
    return Target(port, "/webhooks/rest/webhook", {}, lambda sender, number, text: {"sender": sender, "message": text})


def fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.yml")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def train(folder: Path, *, name: str) -> float:
    """Seconds of `rasa train` in `folder`; a model of the same files is not trained again."""
    stamp, wanted = folder / f"{name}.json", fingerprint(folder / "data")
    if stamp.exists() and (kept := json.loads(stamp.read_text()))["fingerprint"] == wanted:
        return float(kept["seconds"])
    started = time.perf_counter()
    command = [str(RASA_PYTHON), "-m", "rasa", "train", "--fixed-model-name", name, "--force", "--quiet"]
    subprocess.run(command, cwd=folder, check=True, env={**_environment(), **ENVIRONMENT}, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    stamp.write_text(json.dumps({"fingerprint": wanted, "seconds": seconds}))
    return seconds


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def measure(target: Target, texts: Sequence[str], prefix: str, sessions: Any = None) -> dict[str, float]:
    """Latency at one connection, throughput at eight, and the cost of a late message against an early one."""
    asyncio.run(converse(target, texts, connections=1, turns=TURNS, total=40, prefix=f"{prefix}-warm", session=sessions))
    alone = asyncio.run(converse(target, texts, connections=1, turns=TURNS, total=400, prefix=f"{prefix}-one", session=sessions))
    crowd = asyncio.run(converse(target, texts, connections=8, turns=TURNS, total=1200, prefix=f"{prefix}-eight", session=sessions))
    return {
        "p50 ms": alone.percentile(0.5),
        "p95 ms": alone.percentile(0.95),
        "p99 ms": alone.percentile(0.99),
        "msg/s at 8": crowd.per_second,
    }


def growth(target: Target, texts: Sequence[str], turns: int, prefix: str, sessions: Any = None) -> dict[str, float]:
    """Median milliseconds of messages 5–55 and of the last 50 of one conversation of `turns` messages."""
    run = asyncio.run(converse(target, texts, connections=1, turns=turns + 1, total=turns, prefix=prefix, session=sessions))
    early, late = Run(run.latencies[5:55], 1), Run(run.latencies[-50:], 1)
    return {"message 5 ms": early.percentile(0.5), f"message {turns} ms": late.percentile(0.5)}
