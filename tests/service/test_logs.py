from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from service import logs


@pytest.fixture
def lines() -> Iterator[Any]:
    """What the log's own handler would print, as read lines."""
    formatter = logs.as_settings("INFO")["formatters"]["json"]
    options = {name: value for name, value in formatter.items() if name != "()"}
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(**options))
    root = logging.getLogger("tests.logs")
    root.addHandler(handler)
    root.propagate = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def test_line_is_one_json_object_even_with_a_line_break(lines: Any) -> None:
    logging.getLogger("tests.logs").warning("a\nERROR fake line \u2028 é")
    (line,) = lines()
    assert line["event"].startswith("a\nERROR") and line["level"] == "warning" and line["timestamp"]


def test_exception_shows_its_class_and_place_and_no_message(lines: Any) -> None:
    try:
        raise ValueError("the patient wrote: private words")
    except ValueError:
        logging.getLogger("tests.logs").exception("it broke")
    (line,) = lines()
    assert line["problem"] == "ValueError" and "test_logs.py" in line["at"][-1]
    assert "private" not in json.dumps(line)


def test_structured_fields_are_kept(lines: Any) -> None:
    structlog.stdlib.get_logger("tests.logs").warning("intake.answered", message=5, care="urgent")
    (line,) = lines()
    assert (line["event"], line["message"], line["care"]) == ("intake.answered", 5, "urgent")


def test_access_lines_with_addresses_are_off() -> None:
    settings = logs.as_settings("INFO")
    assert settings["loggers"]["uvicorn.access"]["level"] == "WARNING"
    assert settings["loggers"]["httpx"]["level"] == "WARNING"
