from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.channels.sms.telephones import PUBLIC, Carrier, Worker
from tests.service.processes import Stack

SETTINGS = {"NK92_SMS_PUBLIC_URL": PUBLIC, "NK92_SMS_JOIN_SECONDS": "0.4", "NK92_SMS_PROVIDER": "fake"}


@pytest.fixture(scope="session")
def carrier(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Carrier]:
    """A running service with its worker, shared by the tests of this room."""
    stack = Stack(tmp_path_factory.mktemp("texts"), **SETTINGS)
    worker = Worker(stack)
    try:
        stack.start()
        worker.start()
        yield Carrier(stack)
    finally:
        worker.stop()
        stack.stop()


@pytest.fixture
def own_carrier(tmp_path: Path) -> Iterator[Carrier]:
    """A running service that the test may break; it starts its worker itself."""
    stack = Stack(tmp_path, **SETTINGS)
    try:
        stack.start()
        yield Carrier(stack)
    finally:
        stack.stop()
