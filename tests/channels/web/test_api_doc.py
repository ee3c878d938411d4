"""The examples of docs/api.md, run as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.service.processes import Stack

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def test_each_curl_example_works(stack: Stack) -> None:
    examples = re.findall(r"```bash\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 4
    known = {**os.environ, "ADDRESS": stack.service.address}
    answers = []
    for example in examples:
        done = subprocess.run(
            ["bash", "-euc", example], env=known, capture_output=True, text=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
        answers.append(json.loads(done.stdout))
        assert "error" not in answers[-1], example
        known["TOKEN"] = answers[0]["token"]
    opened, sent, history, health = answers[:4]
    assert set(opened) == {"token", "expires_at", "clinic"}
    assert sent["replies"] and set(sent["message"]) == {"client_id", "level", "at"}
    assert [line["seq"] for line in history["messages"]] == list(range(1, len(sent["replies"]) + 2))
    assert health["parts"] == {"service": True, "database": True, "rasa": True, "worker": False}, "no worker runs in this test"
