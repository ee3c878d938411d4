"""How likely each care level is for a patient's words, however many: a long message is read in pieces.

Not for deciding: assistant/second_look.py holds the bars, and triage's rules come first.
"""
from __future__ import annotations

from typing import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.encoder import Encoder

WHOLE = 126  # tokens: a longer message is read in pieces, and its gravest piece counts
WINDOW, STEP, MOST_WINDOWS = 62, 40, 12  # tokens of a piece, small enough that chatter does not drown a sign


def care_levels(encoder: Encoder, text: str) -> NDArray[np.float32]:
    """float32 [3] in the order of adapter.CARE_LEVELS; of a long message, those of its gravest piece."""
    pieces = [encoder.care(ids) for ids in windows(encoder.tokens(text))]
    return max(pieces, key=lambda piece: float(piece[2]) + float(piece[1]) / 2)


def windows(ids: Sequence[int]) -> list[Sequence[int]]:
    """The whole when it fits, else overlapping pieces from the beginning on."""
    if len(ids) <= WHOLE:
        return [ids]
    return [ids[start : start + WINDOW] for start in range(0, len(ids) - WINDOW + STEP, STEP)][:MOST_WINDOWS]
