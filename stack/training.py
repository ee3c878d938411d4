"""Trains when data, configuration or code changed, and refuses a model that is not the one it trained. `make train`."""
from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Iterator

from stack import bootstrap, places
from stack.problem import Problem, run
from stack.steps import command, step

SOURCES = ("config.yml", "domain.yml", "data", "assistant", "requirements/rasa.lock", "requirements/encoder.lock")
ENDINGS = (".yml", ".py", ".lock")


def fingerprint(root: Path = places.ROOT) -> str:
    """One digest over everything that a model depends on."""
    digest = hashlib.sha256()
    for file in _files(root):
        digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        place = root / source
        found = [place] if place.is_file() else sorted(place.rglob("*"))
        yield from (file for file in found if file.is_file() and file.suffix in ENDINGS)


def receipt(model: Path) -> Path:
    """The file beside the model that says what it was made of, and its own digest."""
    return model.with_name(model.name.split(".")[0] + ".json")


def is_current(model: Path, wanted: str) -> bool:
    """Whether `model` was trained from these sources; raises Problem when the archive is not the one that was trained."""
    if not (model.exists() and receipt(model).exists()):
        return False
    kept = json.loads(receipt(model).read_text())
    if kept.get("fingerprint") != wanted:
        return False
    if hashlib.sha256(model.read_bytes()).hexdigest() != kept.get("sha256"):
        raise Problem(f"{model.name} is not the model that was trained (its SHA-256 differs). Run `make train` to train it again.")
    return True


def ensure(*, again: bool = False) -> None:
    """Leaves a current model at models/; a failed training leaves the old one."""
    wanted = fingerprint()
    if not again and is_current(places.MODEL, wanted):
        return
    with step("Training the assistant"):
        started = time.monotonic()
        _train(places.MODEL)
        sha256 = hashlib.sha256(places.MODEL.read_bytes()).hexdigest()
        content = {"fingerprint": wanted, "sha256": sha256, "seconds": round(time.monotonic() - started, 1)}
        receipt(places.MODEL).write_text(json.dumps(content, indent=1))


def _train(model: Path) -> None:
    model.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=str(model.parent)) as scratch:
        words = [str(places.RASA_PYTHON), "-m", "rasa", "train", "--force", "--out", scratch, "--fixed-model-name", "new"]
        threads = {"OMP_NUM_THREADS": str(os.cpu_count() or 1)}  # one when serving, where more cost more than they give
        command(words, folder=places.ROOT, trouble="Training failed.", environment={**places.shared_environment(), **threads})
        made = Path(scratch) / "new.tar.gz"
        if not made.exists():
            raise Problem("Training ended without a model. Run `make validate` to see what is wrong with data/.")
        made.replace(model)


def main() -> int:
    bootstrap.ensure()
    ensure(again="--again" in sys.argv)
    print(f"  ✓ The model is current: {places.MODEL.relative_to(places.ROOT)}")
    return 0


if __name__ == "__main__":
    run(main)
