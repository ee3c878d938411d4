"""The adapted encoder: a patient's words in, how likely each care level is. Reads the file that assistant/build_encoder.py made.

Not for deciding: assistant/second_look.py holds the bars, and triage's rules come first.
"""
from __future__ import annotations

from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.encoder import TOKENIZER_FILE, EncoderMissing

NETWORK_FILE = "care-int8.onnx"
WINDOW, STEP, MOST_WINDOWS = 126, 90, 6  # tokens: a long message is read in pieces, and its gravest piece counts
CLS, SEP = 101, 102


class CareNetwork:
    """One thread, like the encoder."""

    def __init__(self, folder: Path) -> None:
        if not (folder / NETWORK_FILE).exists():
            raise EncoderMissing(f"No {NETWORK_FILE} in {folder}. Run `make install`.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(folder / NETWORK_FILE), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def probabilities(self, text: str) -> NDArray[np.float32]:
        """float32 [3] in the order of adapter.CARE_LEVELS; of a long message, those of its gravest piece."""
        pieces = [self._piece(ids) for ids in windows(self._tokenizer.encode(text).ids[1:-1])]
        gravest = max(pieces, key=lambda piece: (float(piece[2]) + float(piece[1]) / 2))
        return gravest

    def _piece(self, ids: Sequence[int]) -> NDArray[np.float32]:
        row = np.array([[CLS, *ids, SEP]], np.int64)
        found: NDArray[np.float32] = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})[0][0]
        return found


def windows(ids: Sequence[int]) -> list[Sequence[int]]:
    """The whole when it fits, else overlapping pieces from the beginning on."""
    if len(ids) <= WINDOW:
        return [ids]
    return [ids[start : start + WINDOW] for start in range(0, len(ids) - WINDOW + STEP, STEP)][:MOST_WINDOWS]
