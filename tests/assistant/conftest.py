"""Parts of the assistant without Rasa's training: a tiny domain, a real encoder, trackers made by hand."""
from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def encoder():  # type: ignore[no-untyped-def]
    from assistant.encoder import Encoder, encoder_folder

    return Encoder(encoder_folder())
