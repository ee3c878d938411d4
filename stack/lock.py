"""`make lock`: resolves requirements/*.in into the lock files, with hashes and without index addresses."""
from __future__ import annotations

from stack import places, uv
from stack.problem import run
from stack.steps import command, step

LOCKS = {"rasa": "3.10", "service": "3.12", "tools": "3.8"}


def main() -> int:
    tool = uv.find()
    for name, version in LOCKS.items():
        with step(f"Resolving {name}"):
            words = [tool, "pip", "compile", "--quiet", "--universal", "--python-version", version, "--generate-hashes", "--no-emit-index-url",
                     "--no-emit-find-links", "--no-header", f"requirements/{name}.in", "-o", f"requirements/{name}.lock"]  # fmt: skip
            command(words, folder=places.ROOT, trouble=f"requirements/{name}.in cannot be resolved.")
    return 0


if __name__ == "__main__":
    run(main)
