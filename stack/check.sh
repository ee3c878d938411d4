#!/usr/bin/env bash
# Formatting and types. The rooms are checked in the environment that they run in.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/service/bin/python
rooms="triage clinic wording notify escalation service intake transcripts channels console actions watcher stack"
# shellcheck disable=SC2086
$python -m ruff check $rooms assistant benchmarks tests
# shellcheck disable=SC2086
NK92_SECRET_DIR="${NK92_SECRET_DIR:-$PWD/var/secrets}" $python -m mypy $rooms
$python -m mypy --python-version 3.10 --config-file assistant/mypy.ini assistant
