"""What `make install` and `make train` decide, and how their refusals read."""
from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stack import bootstrap, places, supervisor, training, uv
from stack.problem import Problem

ROOT = Path(__file__).resolve().parents[2]


def script(file: Path, content: str) -> str:
    file.write_text(f"#!/bin/sh\n{content}\n")
    file.chmod(0o755)
    return str(file)


def test_uv_that_runs_is_used(tmp_path: Path) -> None:
    assert uv.runs(script(tmp_path / "uv", "echo uv 0.9.9"))


@pytest.mark.parametrize("content", ["echo 'pyenv: uv: command not found' >&2; exit 127", "echo something else"])
def test_shim_that_is_no_uv_is_not_used(tmp_path: Path, content: str) -> None:
    assert not uv.runs(script(tmp_path / "uv", content))
    assert not uv.runs(str(tmp_path / "nowhere"))


def test_secrets_are_made_once_and_for_their_owner_only(tmp_path: Path) -> None:
    bootstrap.ensure_secrets(tmp_path / "secrets")
    first = (tmp_path / "secrets" / "django_key").read_text()
    bootstrap.ensure_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets" / "django_key").read_text() == first
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "secrets" / "gateway_secret").stat().st_mode) == 0o600


def test_full_disk_is_said_before_anything_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: os.statvfs_result((0,) * 10) and type("U", (), {"free": 1e9})())
    with pytest.raises(Problem, match=r"Only 1\.0 GB free"):
        bootstrap.ensure_environment("service", "3.12", tmp_path)


def test_missing_python_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = script(tmp_path / "uv", "echo 'No interpreter found' >&2; exit 2")
    monkeypatch.setattr(bootstrap.uv, "find", lambda environments: failing)
    with pytest.raises(Problem, match=r"Python 3\.10 is not here and could not be fetched") as problem:
        bootstrap.ensure_environment("rasa", "3.10", tmp_path / "venv")
    assert "No interpreter found" in str(problem.value)


def test_unchanged_environment_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = tmp_path / "calls"
    tool = script(tmp_path / "uv", f'echo "$@" >> {calls}; mkdir -p {tmp_path}/venv/service/bin; touch {tmp_path}/venv/service/bin/python')
    monkeypatch.setattr(bootstrap.uv, "find", lambda environments: tool)
    bootstrap.ensure_environment("service", "3.12", tmp_path / "venv")
    installed = calls.read_text()
    bootstrap.ensure_environment("service", "3.12", tmp_path / "venv")
    assert "--require-hashes" in installed
    assert calls.read_text() == installed


def project(folder: Path) -> Path:
    for name in ("config.yml", "domain.yml", "data/a.yml", "assistant/a.py", "requirements/rasa.lock", "requirements/encoder.lock"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("one")
    return folder


@pytest.mark.parametrize("changed", ["config.yml", "domain.yml", "data/a.yml", "data/new.yml", "assistant/a.py", "requirements/rasa.lock"])
def test_change_of_a_source_asks_for_training(tmp_path: Path, changed: str) -> None:
    before = training.fingerprint(project(tmp_path))
    (tmp_path / changed).write_text("two")
    assert training.fingerprint(tmp_path) != before


def test_change_of_anything_else_does_not(tmp_path: Path) -> None:
    before = training.fingerprint(project(tmp_path))
    (tmp_path / "README.md").write_text("two")
    (tmp_path / "clinic.yml").write_text("two")
    assert training.fingerprint(tmp_path) == before


def trained(folder: Path, *, fingerprint: str = "f") -> Path:
    model = folder / "nk92.tar.gz"
    model.write_bytes(b"a model")
    receipt = {"fingerprint": fingerprint, "sha256": hashlib.sha256(b"a model").hexdigest()}
    training.receipt(model).write_text(json.dumps(receipt))
    return model


def test_current_model_is_not_trained_again(tmp_path: Path) -> None:
    assert training.is_current(trained(tmp_path), "f")
    assert not training.is_current(trained(tmp_path, fingerprint="old"), "f")
    assert not training.is_current(tmp_path / "none.tar.gz", "f")


def test_changed_archive_is_refused(tmp_path: Path) -> None:
    model = trained(tmp_path)
    model.write_bytes(b"another model")
    with pytest.raises(Problem, match="is not the model that was trained"):
        training.is_current(model, "f")


def test_taken_port_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("NK92_PORT", str(taken.getsockname()[1]))
        with pytest.raises(Problem, match="is taken.*NK92_PORT=8080 make run"):
            supervisor.public_port()


def test_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NK92_PORT", "eight")
    with pytest.raises(Problem, match="is no port"):
        supervisor.public_port()


def test_chat_without_a_running_assistant_says_how_to_start_it(tmp_path: Path) -> None:
    environment = {**os.environ, "NK92_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-m", "stack.chat"], cwd=ROOT, env=environment, input="hello\n", capture_output=True, text=True)
    assert done.returncode == 1
    assert "make run" in done.stderr and "Traceback" not in done.stderr


def test_parts_listen_on_loopback_only() -> None:
    assert places.shared_environment()["SANIC_HOST"] == "127.0.0.1"
    assert '"127.0.0.1"' in (ROOT / "assistant" / "serve.py").read_text()
    assert '"127.0.0.1"' in (ROOT / "actions" / "__main__.py").read_text()


def test_help_names_every_verb() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    for verb in ("run", "test", "chat", "train", "check", "eval", "bench"):
        assert f"make {verb}" in said
