"""Runs the watcher: `python -m watcher`. Needs NK92_SERVICE_URL and NK92_WATCHER_PORT; knows neither Django nor the database."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

import httpx

from clinic import load
from notify import AppriseNotifier
from watcher.patient import CanaryPatient
from watcher.recipient import Recipient
from watcher.watch import Watcher


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.ERROR)
    clinic = load(Path(os.environ.get("NK92_CLINIC") or "clinic.yml"))
    var = Path(os.environ.get("NK92_VAR") or "var")
    secret = (Path(os.environ.get("NK92_SECRET_DIR") or "var/secrets") / "gateway_secret").read_text(encoding="utf-8").strip()
    recipients = [clinic.escalation.recipients[name] for name in clinic.escalation.watch.tell]
    recipient = Recipient(int(os.environ.get("NK92_WATCHER_PORT") or 8099))
    recipient.start()
    watcher = Watcher(
        CanaryPatient(os.environ.get("NK92_SERVICE_URL") or "http://127.0.0.1:8000", secret, httpx.Client(trust_env=False)),
        recipient,
        clinic.escalation.watch,
        [address for one in recipients for address in dict.fromkeys((*one.day, *one.night))],
        AppriseNotifier(var / "mailbox"),
    )
    beat = var / "run" / "watcher.beat"
    beat.parent.mkdir(parents=True, exist_ok=True)
    period = clinic.escalation.watch.period.total_seconds()
    while True:
        began = time.monotonic()
        beat.touch()
        watcher.round()
        time.sleep(max(1.0, period - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
