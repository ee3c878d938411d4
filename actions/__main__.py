"""Runs the action server: `python -m actions`. One process, on loopback only; the port is NK92_ACTIONS_PORT (5055)."""
from __future__ import annotations

import logging
import os

import django
from rasa_sdk.endpoint import create_app
from rasa_sdk.executor import ActionExecutor


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
    django.setup(set_prefix=False)
    executor = ActionExecutor()
    executor.register_package("actions")
    app = create_app(executor, cors_origins=[])
    port = int(os.environ.get("NK92_ACTIONS_PORT", "5055"))
    app.run(host="127.0.0.1", port=port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
