from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from assistant import lean_imports
lean_imports.install()
import rasa.core.run, spacy
import tensorflow
assert type(sys.modules["tensorflow"]).__name__ == "_AbsentModule"
assert not any("site-packages/tensorflow" in (getattr(m, "__file__", "") or "") for m in list(sys.modules.values()))
try:
    tensorflow.keras.layers.Dense(3, name="x")
except lean_imports.NotLoaded as problem:
    print("raised:", problem)
assert spacy.blank("en")("no fever")[1].text == "fever"
"""


def test_rasa_serves_without_tensorflow_and_a_call_into_it_raises() -> None:
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "raised: Dense is not loaded" in done.stdout
