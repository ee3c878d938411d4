"""What stops a command: one line that says what is wrong and how to mend it."""
from __future__ import annotations

import sys
from typing import Callable, NoReturn


class Problem(Exception):
    """`str` of it is the line that a person reads. Permanent until they act."""

    permanent = True


def run(main: Callable[[], int]) -> NoReturn:
    """Runs a command; a Problem becomes its one line and exit code 1, Ctrl-C becomes exit code 130."""
    try:
        code = main()
    except Problem as problem:
        print(f"\n✗ {problem}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)
