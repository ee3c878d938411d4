"""The sentence encoder: text in, one vector of length 1 out. Reads the files that assistant/build_encoder.py made.

Not for: training or downloading weights; nothing here needs a network.
"""
from __future__ import annotations

import os
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

MODEL_FILE = "minilm-int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
DIMENSIONS = 384
MAX_TOKENS = 96  # a question has 5 to 40; what comes after 96 tokens changes the meaning of a message little
BATCH = 32

Vectors = NDArray[np.float32]


def encoder_folder() -> Path:
    """Where the encoder's files live: NK92_ENCODER, or encoder/ beside the other run-time files."""
    return Path(os.environ.get("NK92_ENCODER") or Path(os.environ.get("NK92_VAR", "var")) / "encoder")


class EncoderMissing(Exception):
    """The encoder's files are not there; `make install` makes them."""


class Encoder:
    """all-MiniLM-L6-v2 in ONNX. One thread: under load more threads cost more than they give."""

    def __init__(self, folder: Path) -> None:
        if not (folder / MODEL_FILE).exists():
            raise EncoderMissing(f"No sentence encoder in {folder}. Run `make install`.")
        self.folder = folder
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), 384], rows of length 1. Texts of one length are computed together, so none is padded."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(tokens), DIMENSIONS), np.float32)
        by_length: dict[int, list[int]] = {}
        for row, ids in enumerate(tokens):
            by_length.setdefault(len(ids), []).append(row)
        for rows in by_length.values():
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                vectors[part] = self._run([tokens[row] for row in part])
        return vectors

    def _run(self, ids: list[list[int]]) -> Vectors:
        batch = np.array(ids, np.int64)
        (embedding,) = self._session.run(None, {"input_ids": batch, "attention_mask": np.ones_like(batch)})
        result: Vectors = embedding
        return result
