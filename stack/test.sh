#!/usr/bin/env bash
# The whole suite: fast things first, the whole stack last. Ends with pytest's closing line.
set -euo pipefail
cd "$(dirname "$0")/.."
export NK92_ENCODER="$PWD/var/encoder" NK92_SECRET_DIR="$PWD/var/secrets" RASA_TELEMETRY_ENABLED=false OMP_NUM_THREADS=1
export TF_CPP_MIN_LOG_LEVEL=3 PYTHONPATH=. PYTHONWARNINGS=ignore
bash stack/check.sh
.venv/rasa/bin/python -m rasa data validate --fail-on-warnings > var/validate.log 2>&1 || { tail -30 var/validate.log; exit 1; }
echo "rasa data validate: passed"
.venv/rasa/bin/python -m pytest -q -c stack/rasa_pytest.ini --rootdir . tests/assistant tests/triage tests/understanding
.venv/rasa/bin/python -m rasa test core --stories tests --fail-on-prediction-errors --out var/stories > var/stories.log 2>&1 \
  || { tail -30 var/stories.log; exit 1; }
echo "rasa test core: passed"
python=.venv/service/bin/python
rooms="--ignore tests/assistant --ignore tests/understanding --ignore tests/triage"
# shellcheck disable=SC2086
$python -m pytest -q tests $rooms --ignore tests/stack --ignore tests/faults --ignore tests/console --ignore tests/widget
$python -m pytest -q tests/triage/test_cases.py tests/triage/test_reading.py  # the same rules in the other Python
$python -m pytest -q tests/console  # a browser of its own: Playwright wants the only event loop
$python -m pytest -q tests/widget
$python -m pytest -q tests/stack tests/faults
