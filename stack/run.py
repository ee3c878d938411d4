"""`make run`: installs and trains what is missing, then hands over to the supervisor in the service's Python."""
from __future__ import annotations

import os

from stack import bootstrap, places, training
from stack.problem import run


def main() -> int:
    bootstrap.ensure()
    training.ensure()
    os.chdir(str(places.ROOT))
    os.execve(str(places.SERVICE_PYTHON), [str(places.SERVICE_PYTHON), "-m", "stack.supervisor"], places.shared_environment())


if __name__ == "__main__":
    run(main)
