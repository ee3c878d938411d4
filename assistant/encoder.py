"""The sentence encoder: text in, one vector of length 1 out, and how likely each care level is.

Reads the files that assistant/build_encoder.py made: all-MiniLM-L6-v2 with what was learned on top (assistant/adapter.py).

Not for: training or downloading weights; nothing here needs a network.
"""
from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

MODEL_FILE = "encoder-int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
DIMENSIONS = 384
CLS, SEP = 101, 102  # marks of beginning and end
MAX_TOKENS = 96  # a question has 5 to 40; what comes after 96 tokens changes the meaning of a message little
BATCH = 32
FEW = 8  # texts of one message: each is computed alone, and only once

Vectors = NDArray[np.float32]


def encoder_folder() -> Path:
    """Where the encoder's files live: NK92_ENCODER, or encoder/ beside the other run-time files."""
    return Path(os.environ.get("NK92_ENCODER") or Path(os.environ.get("NK92_VAR", "var")) / "encoder")


class EncoderMissing(Exception):
    """The encoder's files are not there; `make install` makes them."""


class Encoder:
    """In ONNX, on one thread: under load more threads cost more than they give."""

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
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._row = lru_cache(maxsize=FEW)(self._compute)

    def tokens(self, text: str) -> list[int]:
        """The numbers of the text's pieces of words, all of them, without the marks of its beginning and end."""
        found: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return found

    def care(self, tokens: Sequence[int]) -> Vectors:
        """float32 [3]: how likely each level of adapter.CARE_LEVELS is for a text of these tokens."""
        return self._row((CLS, *tokens, SEP))[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32 [len(texts), 384], rows of length 1. Texts of one length are computed together, so none is padded; many, as in
        training, on all cores."""
        tokens = [(CLS, *encoding.ids[: MAX_TOKENS - 2], SEP) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]
        if len(tokens) <= FEW:
            return np.array([self._row(ids)[0] for ids in tokens], np.float32).reshape(-1, DIMENSIONS)
        vectors = np.zeros((len(tokens), DIMENSIONS), np.float32)
        by_length: dict[int, list[int]] = {}
        for row, ids in enumerate(tokens):
            by_length.setdefault(len(ids), []).append(row)
        parts = [rows[start : start + BATCH] for rows in by_length.values() for start in range(0, len(rows), BATCH)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for part, found in zip(parts, pool.map(lambda part: self._run([tokens[row] for row in part]), parts)):
                vectors[part] = found
        return vectors

    def _run(self, ids: Sequence[Sequence[int]]) -> Vectors:
        result: Vectors = self._session.run(["embedding"], _fed(ids))[0]
        return result

    def _compute(self, ids: tuple[int, ...]) -> tuple[Vectors, Vectors]:
        """Vector and care levels of one text."""
        embedding, care = self._session.run(["embedding", "probabilities"], _fed([ids]))
        return embedding[0], care[0]


def _fed(ids: Sequence[Sequence[int]]) -> dict[str, NDArray[np.int64]]:
    batch = np.array(ids, np.int64)
    return {"input_ids": batch, "attention_mask": np.ones_like(batch)}
