"""Reads data/ as the tests need it: phrasings, answers, facts, and how hard an answer is to read."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Iterator

import textstat
import yaml

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_DOUBLE = set("^{}\\[~]|€")
TWO_SEGMENTS = 306
PLACEHOLDER = re.compile(r"\{(\w+)\}")
PHONE = re.compile(r"\(\d{3}\) \d{3}-\d{4}")
# Names that a patient meets anyway; a reader's grade is judged without them.
MEDICAL_NAMES = """NK-92 haNK t-haNK leukemia lymphoma myeloma Hodgkin immunotherapy allogeneic trastuzumab rituximab
Herceptin perforin granzyme granzymes apoptosis antibody antibodies interleukin-2 IL-2 acetaminophen Tylenol
diphenhydramine Benadryl steroid steroids prednisone infusion infusions hepatitis CAR-T receptor receptors inhibitor
inhibitors hypersensitivity graft-versus-leukemia regenerative radioactive investigational medical emergency assistant
information clinical""".split()
# Digits that are part of a name, not a figure.
NAMED_DIGITS = re.compile(r"NK-92|IL-2|interleukin-2|PD-L1|CD16|NKp46|NKG2D|COVID-19|B12", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """One variant of one response."""

    key: str
    text: str
    channel: str | None
    metadata: dict[str, Any]
    buttons: list[dict[str, str]] = field(default_factory=list)

    @property
    def spanish(self) -> bool:
        return self.key.endswith("_es") or self.key == "utter_outside/spanish"

    def filled(self) -> str:
        """The text as a patient reads it, with the clinic's placeholders filled."""
        return PLACEHOLDER.sub(lambda found: placeholders().get(found.group(1), "Monday at 8:00 AM"), self.text)


@lru_cache(maxsize=1)
def placeholders() -> dict[str, str]:
    from clinic import load

    return dict(load(ROOT / "clinic.yml").placeholders())


def files() -> list[Path]:
    return sorted(file for file in DATA.rglob("*.yml") if file.name != "facts.yml")


@lru_cache(maxsize=1)
def register() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DATA / "facts.yml").read_text(encoding="utf-8"))
    return loaded


def facts() -> dict[str, dict[str, Any]]:
    return {fact["id"]: fact for fact in register()["facts"]}


@lru_cache(maxsize=1)
def answers() -> tuple[Answer, ...]:
    return tuple(_answers())


def _answers() -> Iterator[Answer]:
    for file in files():
        for key, variants in (yaml.safe_load(file.read_text(encoding="utf-8")).get("responses") or {}).items():
            for variant in variants:
                metadata = variant.get("metadata") or {}
                yield Answer(key, variant["text"], variant.get("channel"), metadata, variant.get("buttons") or [])


@lru_cache(maxsize=1)
def phrasings() -> dict[str, list[str]]:
    """Intent → its training phrasings."""
    found: dict[str, list[str]] = {}
    for file in files():
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu") or []:
            lines = [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]
            found.setdefault(block["intent"], []).extend(lines)
    return found


def sentences(text: str) -> list[str]:
    """Sentences and list entries of `text`."""
    read = PHONE.sub("number", text)  # a telephone number is read as one word
    lines = [line.strip().removeprefix("- ") for line in read.splitlines() if line.strip()]
    return [part for line in lines for part in re.split(r"(?<=[.!?:])\s+", line) if part]


def grade(text: str) -> float:
    """Flesch-Kincaid grade (textstat), medical names and phone numbers read as plain short words."""
    plain = PHONE.sub("five", text)
    for name in MEDICAL_NAMES:
        plain = re.sub(rf"\b{re.escape(name)}\b", "drug", plain, flags=re.IGNORECASE)
    return float(textstat.flesch_kincaid_grade(" ".join(part.rstrip(".:!?") + "." for part in sentences(plain))))


def figures(text: str) -> set[str]:
    """The numbers that `text` states, without those in names, phone numbers and placeholders."""
    bare = NAMED_DIGITS.sub("", PHONE.sub("", PLACEHOLDER.sub("", text)))
    return {number.rstrip(".,") for number in re.findall(r"\d[\d.,]*", bare)}


def segments(text: str) -> int:
    """SMS segments of `text` in GSM-7 (160 characters, 153 when joined)."""
    length = sum(2 if char in GSM7_DOUBLE else 1 for char in text)
    return 1 if length <= 160 else -(-length // 153)
