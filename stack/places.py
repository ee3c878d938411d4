"""Where things are, and which environment variables the parts share. docs/operating.md lists them for operators."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Dict

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv"
SERVICE_PYTHON = ENVIRONMENTS / "service" / "bin" / "python"
RASA_PYTHON = ENVIRONMENTS / "rasa" / "bin" / "python"
MODEL = ROOT / "models" / "nk92.tar.gz"


def var() -> Path:
    """Everything made at run time: database, secrets, logs."""
    return Path(os.environ.get("NK92_VAR") or ROOT / "var").absolute()


def secrets() -> Path:
    return Path(os.environ.get("NK92_SECRET_DIR") or ROOT / "var" / "secrets").absolute()


def encoder() -> Path:
    return Path(os.environ.get("NK92_ENCODER") or ROOT / "var" / "encoder").absolute()


def state_file() -> Path:
    """Tells other commands where the running stack listens."""
    return var() / "run" / "stack.json"


def demo_mode() -> str:
    """NK92_DEMO, or yes unless the service has a public address."""
    public = (os.environ.get("NK92_PUBLIC_URL") or "").startswith("https://")
    return os.environ.get("NK92_DEMO") or ("no" if public else "yes")


def shared_environment() -> Dict[str, str]:
    """What every part of the stack gets."""
    return {
        **os.environ,
        "NK92_VAR": str(var()),
        "NK92_SECRET_DIR": str(secrets()),
        "NK92_ENCODER": str(encoder()),
        "NK92_DEMO": demo_mode(),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "SANIC_HOST": "127.0.0.1",
    }
