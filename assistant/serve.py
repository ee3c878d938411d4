"""Starts Rasa on loopback with our channel only: `python -m assistant.serve`. Everything comes from the environment.

NK92_RASA_PORT: the port (5005). NK92_MODEL: the trained archive (models/nk92.tar.gz). NK92_ACTIONS_URL: the action
server (http://127.0.0.1:5055). NK92_CREDENTIALS: another channel file, for measurements. The HTTP API stays off.
"""
from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import yaml

from assistant import lean_imports


def endpoints_file() -> Path:
    """A copy of endpoints.yml that names the action server of this start."""
    settings = yaml.safe_load(Path("endpoints.yml").read_text(encoding="utf-8"))
    if "NK92_ACTIONS_URL" in os.environ:
        settings["action_endpoint"]["url"] = os.environ["NK92_ACTIONS_URL"] + "/webhook"
    written = Path(os.environ.get("NK92_VAR", "var")) / "run" / "endpoints.yml"
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return written


def main() -> None:
    """Runs until stopped."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.path.insert(0, os.getcwd())
    lean_imports.install()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.log_utils import configure_structlog

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    configure_structlog(logging.WARNING)
    serve_application(
        model_path=os.environ.get("NK92_MODEL", "models/nk92.tar.gz"),
        interface="127.0.0.1",
        port=int(os.environ.get("NK92_RASA_PORT", "5005")),
        credentials=os.environ.get("NK92_CREDENTIALS", "credentials.yml"),
        endpoints=AvailableEndpoints.read_endpoints(str(endpoints_file())),
        enable_api=False,
    )


if __name__ == "__main__":
    main()
