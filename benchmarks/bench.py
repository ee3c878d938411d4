"""`make bench`: our Rasa against Rasa's stock pipeline, and our service on top, in one run on one machine.

Prints one table. Both are trained on the same cut of the data (`--phrasings`), for
the stock pipeline needs hours for all of it; its model is kept under var/bench until that folder is deleted.
"""
from __future__ import annotations

import argparse
import asyncio
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.load import Run, Target, converse
from benchmarks.processes import ENVIRONMENT, RASA_PYTHON, SERVICE_PYTHON, free_port, running
from benchmarks.stock import copy_data, write_project
from stack import places

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "bench"
TURNS = 8
QUESTION = "What is NK-92?"


MESSAGES = ROOT / "benchmarks" / "messages.txt"


def messages() -> list[str]:
    """What the load says: questions, refusals, smalltalk; one a line."""
    return [line for line in MESSAGES.read_text(encoding="utf-8").splitlines() if line]


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


def train(folder: Path, name: str) -> float:
    """Seconds of `rasa train` in `folder`; a model of the same files is not trained again."""
    stamp, wanted = folder / f"{name}.json", fingerprint(folder / "data")
    if stamp.exists() and (kept := json.loads(stamp.read_text()))["fingerprint"] == wanted:
        return float(kept["seconds"])
    started = time.perf_counter()
    command = [str(RASA_PYTHON), "-W", "ignore", "-m", "rasa", "train", "--fixed-model-name", name, "--force"]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT), "NK92_ENCODER": str(ROOT / "var" / "encoder")}
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise SystemExit(f"{name} could not be trained. Its last words:\n{done.stdout[-2000:]}")
    seconds = time.perf_counter() - started
    stamp.write_text(json.dumps({"fingerprint": wanted, "seconds": seconds}))
    return seconds


def ours_project(folder: Path, phrasings: int) -> None:
    """Our assistant on the same cut of the data, for the training time."""
    shutil.rmtree(folder / "data", ignore_errors=True)
    copy_data(ROOT, folder, phrasings=phrasings)
    for name in ("config.yml", "domain.yml"):
        shutil.copy(ROOT / name, folder / name)


def measure(target: Target, texts: Sequence[str], sessions: Sessions | None = None) -> dict[str, float]:
    """Latency at one connection and throughput at eight, in conversations of TURNS turns."""
    mark = uuid.uuid4().hex[:6]
    run = partial(converse, target, texts, turns=TURNS, session=sessions)
    asyncio.run(run(connections=1, total=40, prefix=f"{mark}-warm"))
    alone = asyncio.run(run(connections=1, total=200, prefix=f"{mark}-one"))
    crowd = asyncio.run(run(connections=8, total=400, prefix=f"{mark}-eight"))
    return {
        "p50 ms": alone.percentile(0.5), "p95 ms": alone.percentile(0.95), "p99 ms": alone.percentile(0.99),
        "messages/s at 8 connections": crowd.per_second,
    }  # fmt: skip


def growth(target: Target, texts: Sequence[str], turns: int, sessions: Sessions | None = None) -> dict[str, float]:
    """Median milliseconds of messages 5 to 55 and of the last 50 of one conversation of `turns` messages."""
    made = converse(target, texts, connections=1, turns=turns + 1, total=turns, prefix=uuid.uuid4().hex[:6], session=sessions)
    run = asyncio.run(made)
    early, late = Run(run.latencies[5:55], 1), Run(run.latencies[-50:], 1)
    return {"early message ms": early.percentile(0.5), "late message ms": late.percentile(0.5)}


def stock_figures(texts: Sequence[str], phrasings: int) -> dict[str, float]:
    folder = WORK / "stock"
    if not (folder / "stock.json").exists():
        write_project(ROOT, folder, phrasings=phrasings)
    figures = {"training s": train(folder, "stock")}
    port = free_port()
    command = [str(RASA_PYTHON), "-W", "ignore", "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(port), "-m", "models/stock.tar.gz"]
    ready = lambda: bool(post(port, rest(port).path, {"sender": "ready", "message": QUESTION}))  # noqa: E731
    with running(command, folder, ready, {"PYTHONPATH": str(ROOT)}) as server:
        figures["ready after s"] = server.seconds_to_ready
        figures |= measure(rest(port), texts) | growth(rest(port), texts, 200)
        figures["memory MB"] = server.megabytes()
    return figures


def our_figures(texts: Sequence[str], phrasings: int) -> tuple[dict[str, float], dict[str, float]]:
    """Our Rasa at the REST webhook (opened for the measurement only), and the service's public API in front of its gateway."""
    ours_project(WORK / "ours", phrasings)
    figures = {"training s": train(WORK / "ours", "ours")}
    port, public = free_port(), free_port()
    credentials = WORK / "credentials.yml"
    (WORK / "var").mkdir(parents=True, exist_ok=True)
    credentials.write_text("rest:\nassistant.gateway.Gateway: {}\n")
    environment = {
        **places.shared_environment(), "NK92_VAR": str(WORK / "var"), "NK92_RASA_PORT": str(port), "NK92_CREDENTIALS": str(credentials),
        "NK92_MODEL": str(places.MODEL), "NK92_RASA_URL": f"http://127.0.0.1:{port}",
        "NK92_MESSAGES_PER_MINUTE": "1000000", "NK92_SESSIONS_PER_MINUTE": "1000000",
    }  # fmt: skip
    rasa = [str(RASA_PYTHON), "-m", "assistant.serve"]
    service = [str(SERVICE_PYTHON), "-m", "uvicorn", "service.asgi:application", "--port", str(public), "--no-access-log"]
    subprocess.run([str(SERVICE_PYTHON), "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    ready = lambda: bool(post(port, rest(port).path, {"sender": "ready", "message": QUESTION}))  # noqa: E731
    with running(rasa, ROOT, ready, environment) as server:
        figures["ready after s"] = server.seconds_to_ready
        figures |= measure(rest(port), texts) | growth(rest(port), texts, 2000)
        figures["memory MB"] = server.megabytes()
        api = Target(public, "/api/messages", {}, lambda sender, number, text: {"client_id": f"{sender}-{number}", "text": text})
        with running(service, ROOT, lambda: post(public, "/api/session", {}) is not None, environment) as front:
            sessions = Sessions(public, 300)
            whole = measure(api, texts, sessions) | growth(api, texts, 2000, sessions)
            whole["memory MB"] = front.megabytes() + server.megabytes()
            direct = gateway_median(port, texts)
            whole["added by the service ms"] = measure(api, texts, sessions)["p50 ms"] - direct
    return figures, whole


def gateway_median(port: int, texts: Sequence[str]) -> float:
    """Median milliseconds of a direct call to the gateway, as the service makes it."""
    secret = (places.secrets() / "gateway_secret").read_text().strip()
    body = lambda sender, number, text: {"sender": sender, "message_id": str(number), "text": text, "channel": "web"}  # noqa: E731
    target = Target(port, "/webhooks/gateway/webhook", {"X-Gateway-Secret": secret}, body)
    return measure(target, texts)["p50 ms"]


class Sessions:
    """Tokens of conversations, opened before the measurement."""

    def __init__(self, port: int, number: int) -> None:
        self._headers = itertools.cycle(
            [{"Authorization": f"Bearer {post(port, '/api/session', {})['token']}"} for _ in range(number)]
        )

    def __call__(self) -> Mapping[str, str]:
        return next(self._headers)


def show(stock: Mapping[str, float], ours: Mapping[str, float], whole: Mapping[str, float]) -> None:
    print(f"{'':30}{'stock Rasa':>12}{'our Rasa':>12}{'stock/ours':>12}{'with service':>14}")
    for name in dict.fromkeys([*stock, *ours, *whole]):
        one, two, three = stock.get(name), ours.get(name), whole.get(name)
        ratio = f"{one / two:12.2f}" if one and two else " " * 12
        cells = "".join(f"{value:12.1f}" if value is not None else " " * 12 for value in (one, two))
        print(f"{name:30}{cells}{ratio}" + (f"{three:14.1f}" if three is not None else ""))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phrasings", type=int, default=10, help="of each intent, for both; all of them take the stock pipeline hours")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    texts = messages()
    stock = stock_figures(texts, options.phrasings)
    ours, whole = our_figures(texts, options.phrasings)
    show(stock, ours, whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
