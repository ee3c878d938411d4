"""Finds uv, the installer of our two environments, or installs it beside them with pip."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

from stack.places import ENVIRONMENTS, ROOT
from stack.problem import Problem
from stack.steps import command, step

LOCK = ROOT / "requirements" / "tools.lock"
NO_PIP = "This Python ({}) has no pip, so the installer cannot be fetched. Install python3-venv and python3-pip, or uv."
NO_NETWORK = "The installer uv could not be downloaded. Check the network, or install uv yourself, then run the command again."


def find(environments: Path = ENVIRONMENTS) -> str:
    """The path of a uv that runs; installs one into `environments`/tools when there is none."""
    own = environments / "tools" / "bin" / "uv"
    for candidate in (str(own), shutil.which("uv")):
        if candidate and runs(candidate):
            return candidate
    with step("Fetching the installer (uv)"):
        install(environments / "tools")
    found = next((str(path) for path in (own, environments / "tools" / "lib" / "bin" / "uv") if runs(str(path))), None)
    if found is None:
        raise Problem(NO_NETWORK)
    return found


def runs(candidate: str) -> bool:
    """Whether this is a uv that works: a pyenv shim named uv may only say that there is none."""
    try:
        done = subprocess.run([candidate, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.startswith(b"uv ")


def install(folder: Path) -> None:
    """Installs the locked uv into a small environment; without the venv module, into a plain folder."""
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
    python = _environment(folder)
    if python:
        command([python, *pip], folder=ROOT, trouble=NO_NETWORK)
        return
    if subprocess.run([sys.executable, "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        raise Problem(NO_PIP.format(sys.executable))
    command([sys.executable, *pip, "--target", str(folder / "lib")], folder=ROOT, trouble=NO_NETWORK)


def _environment(folder: Path) -> Optional[str]:
    """A fresh environment's Python; None where this Python cannot make one (Debian without python3-venv)."""
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    python = folder / "bin" / "python"
    return str(python) if done.returncode == 0 and os.access(str(python), os.X_OK) else None
