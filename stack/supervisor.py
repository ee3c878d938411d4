"""Runs the five parts until Ctrl-C: Rasa, the action server, the service, the worker, the watcher. Started by stack/run.py."""
from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Callable

from stack import canary, demo, places
from stack.part import Part
from stack.problem import Problem, run
from stack.steps import command
from stack.web import NoAnswer, call

HOST = os.environ.get("NK92_HOST") or "127.0.0.1"
READY_WITHIN = 150.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def public_port() -> int:
    """NK92_PORT or 8000; raises Problem when something else listens there."""
    written = os.environ.get("NK92_PORT") or "8000"
    if not written.isdigit() or not 0 < int(written) < 65536:
        raise Problem(f"NK92_PORT={written!r} is no port. Use a number such as 8000.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(written)))
        except OSError as problem:
            raise Problem(f"Port {written} is taken. Stop what uses it, or choose another one: NK92_PORT=8080 make run") from problem
    return int(written)


def refuse_twice() -> None:
    """Raises Problem when this checkout's stack runs already."""
    try:
        running = json.loads(places.state_file().read_text())
        call(f"{running['address']}/health", seconds=2)
    except (OSError, ValueError, KeyError, NoAnswer):
        return
    raise Problem(f"It runs already at {running['address']} (process {running['pid']}). Stop that one first.")


def parts(address: str, port: int) -> list[Part]:
    """The parts, wired to each other on free loopback ports."""
    rasa_port, actions_port, watcher_port = free_port(), free_port(), free_port()
    rasa, actions = f"http://127.0.0.1:{rasa_port}", f"http://127.0.0.1:{actions_port}"
    secret = (places.secrets() / "gateway_secret").read_text().strip()
    shared = {
        **places.shared_environment(),
        "NK92_RASA_PORT": str(rasa_port), "NK92_RASA_URL": rasa,
        "NK92_ACTIONS_PORT": str(actions_port), "NK92_ACTIONS_URL": actions, "NK92_MODEL": str(places.MODEL),
        "NK92_WATCHER_PORT": str(watcher_port), "NK92_CANARY_ADDRESS": f"json://127.0.0.1:{watcher_port}/",
        "NK92_SERVICE_URL": address, "NK92_PUBLIC_URL": os.environ.get("NK92_PUBLIC_URL") or address,
    }  # fmt: skip
    python, run_files = str(places.SERVICE_PYTHON), places.var() / "run"
    service = [python, "-m", "uvicorn", "service.asgi:application", "--host", HOST, "--port", str(port), "--no-access-log"]

    def part(name: str, command: list[str], log: str, probe: Callable[[], bool]) -> Part:
        return Part(name, command, shared, places.ROOT, places.var() / "log" / log, probe, say=warn)

    return [
        part("The assistant (Rasa)", [str(places.RASA_PYTHON), "-m", "assistant.serve"], "rasa.log", lambda: canary.gateway_answers(rasa, secret)),
        part("The action server", [python, "-m", "actions"], "actions.log", lambda: canary.alive(f"{actions}/health")),
        part("The service", service, "service.log", lambda: canary.alive(f"{address}/health")),
        part("The worker", [python, "manage.py", "worker"], "worker.log", lambda: canary.moves(run_files / "worker.beat", seconds=30)),
        part("The watcher", [python, "-m", "watcher"], "watcher.log", lambda: canary.moves(run_files / "watcher.beat", seconds=120)),
    ]


def addresses(address: str, account: str) -> str:
    """What runs where, as a person reads it; `account`: the demo sign-in when it was made just now."""
    lines = [f"  The clinic's page with the chat   {address}/", f"  Text messages, simulated          {address}/sms-simulator"]
    return "\n".join([*lines, f"  The staff console                 {address}/console/", *([account] if account else []), ""])


def warn(line: str) -> None:
    print(f"  ! {time.strftime('%H:%M:%S')} {line}", flush=True)


async def supervise(account: str) -> int:
    """Starts everything, says the addresses and the demo `account`, keeps it running; returns 0 after Ctrl-C."""
    port = public_port()
    address = f"http://{HOST}:{port}"
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    running = parts(address, port)
    keepers = [asyncio.create_task(part.keep()) for part in running]
    started, told = time.monotonic(), False
    try:
        print("  Starting …", flush=True)
        if await _ready(address, running, stopping):
            _remember(address, running)
            print(f"\n  NK-92 patient assistant: {address}   (ready in {time.monotonic() - started:.0f} s; Ctrl-C stops it)\n", flush=True)
            print(addresses(address, account), flush=True)
            told = True
            await _until_stopped(stopping, keepers)
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*(part.stop() for part in running))
        places.state_file().unlink(missing_ok=True)
    if not told and not stopping.is_set():
        raise Problem(f"The assistant did not become ready in {READY_WITHIN:.0f} seconds. Look into {places.var() / 'log'}.")
    print("  Stopped.", flush=True)
    return 0


async def _until_stopped(stopping: asyncio.Event, keepers: list[asyncio.Task[None]]) -> None:
    """Waits for Ctrl-C; a keeper that fails is a fault of ours and must be heard."""
    waiting = asyncio.create_task(stopping.wait())
    done, _ = await asyncio.wait([waiting, *keepers], return_when=asyncio.FIRST_COMPLETED)
    for keeper in done - {waiting}:
        keeper.result()


async def _ready(address: str, running: list[Part], stopping: asyncio.Event) -> bool:
    """Waits until a canary conversation is answered."""
    secret = (places.secrets() / "gateway_secret").read_text().strip()
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and not stopping.is_set():
        if all(part.ready.is_set() for part in running) and await asyncio.to_thread(canary.service_answers, address, secret):
            return True
        await asyncio.sleep(0.1)
    return False


def _remember(address: str, running: list[Part]) -> None:
    """Leaves the address for `make chat`, and the processes for those who look."""
    file: Path = places.state_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    pids = {part.log.stem: part.process.pid for part in running if part.process}
    file.write_text(json.dumps({"address": address, "pid": os.getpid(), "parts": pids}))


def main() -> int:
    refuse_twice()
    trouble = "The database could not be prepared."
    migrate = [str(places.SERVICE_PYTHON), "manage.py", "migrate", "--verbosity", "0"]
    command(migrate, folder=places.ROOT, trouble=trouble, environment=places.shared_environment())
    return asyncio.run(supervise(demo.account()))


if __name__ == "__main__":
    sys.path.insert(0, str(places.ROOT))
    run(main)
