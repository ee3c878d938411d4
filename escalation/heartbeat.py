"""Says which background parts are alive. Shown by /health and by the console."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalation.models import Heartbeat

WORKER = "worker"
SILENT_AFTER = timedelta(seconds=20)


def beat(part: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now})


def is_alive(part: str, now: datetime) -> bool:
    """Whether the part was alive within SILENT_AFTER."""
    return Heartbeat.objects.filter(part=part, at__gte=now - SILENT_AFTER).exists()
