"""Logging: one JSON object a line, with ids and levels. A traceback keeps its places and loses its messages.

Messages of exceptions may quote what a patient wrote, so they never reach the log.
"""

from __future__ import annotations

import logging.config
import traceback
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

DEPTH = 8


def configure(settings: Mapping[str, Any]) -> None:
    """Django's LOGGING_CONFIG: takes the LOGGING setting."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            places_of_exception,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(dict(settings))


def places_of_exception(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Puts the class of the exception and the last places of its traceback in place of `exc_info`."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        frames = traceback.extract_tb(info[2])[-DEPTH:]
        event["problem"] = info[0].__name__
        event["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def foreign_chain() -> list[Processor]:
    """What happens to lines of other libraries."""
    return [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        places_of_exception,
    ]


def as_settings(level: str) -> dict[str, Any]:
    """Django's LOGGING. Access lines are off: they hold addresses; nothing of a patient belongs in a log."""
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer(ensure_ascii=True),
        "foreign_pre_chain": foreign_chain(),
        "keep_exc_info": False,
    }
    quiet = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "uvicorn": {**quiet, "level": "INFO"},
            "uvicorn.error": {**quiet, "level": "INFO"},
            "uvicorn.access": {**quiet, "level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
            "axes": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
        },
    }
