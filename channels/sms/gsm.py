"""GSM-7, the alphabet of texts: puts words into it and counts segments. One letter outside of it makes a text twice as dear."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("^{}\\[~]|€")  # written as two
ALONE, JOINED = 160, 153  # septets in a text of one segment, and in each of several
UNKNOWN = "?"
# What looks alike. Degree signs go: "100.4 F" is read as it is meant.
ALIKE = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "•": "-", "·": "-", "▪": "-", "…": "...",
    "°": " ", "º": "", "ª": "", "×": "x", "÷": "/", "⁄": "/", "≤": "<=", "≥": ">=", "≈": "~", "→": "->", "←": "<-", "±": "+-", "µ": "u",
    "™": "", "®": "", "©": "(c)", "\t": " ", "\r": "", "Œ": "OE", "œ": "oe", "ð": "d", "Ð": "D", "þ": "th", "ł": "l", "Ł": "L", "ı": "i",
}  # fmt: skip
GONE = ("Mn", "Me", "Cf", "Cc", "Cs", "Co", "Cn", "So", "Sk")  # combining marks, invisible characters, emoji


def plain(text: str) -> str:
    """`text` in GSM-7: look-alikes in place of what it does not have, "?" for other scripts, emoji left out."""
    written = "".join(_in_gsm(char) for char in unicodedata.normalize("NFC", text))
    lines = (" ".join(line.split(" ")).rstrip() for line in written.split("\n"))
    return "\n".join(_single_spaced(line) for line in lines).strip()


def _single_spaced(line: str) -> str:
    while "  " in line:
        line = line.replace("  ", " ")
    return line.replace(" ,", ",") if " ," in line else line


def _in_gsm(char: str) -> str:
    if char in PLAIN or char in DOUBLE:
        return char
    if char in ALIKE:
        return ALIKE[char]
    if unicodedata.category(char) in GONE:
        return ""
    if unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return " "
    simple = "".join(_simple(part) for part in unicodedata.normalize("NFKD", char))
    return simple if simple else UNKNOWN


def _simple(char: str) -> str:
    if char in PLAIN or char in DOUBLE:
        return char
    return ALIKE.get(char, "" if unicodedata.category(char) in GONE else UNKNOWN)


def is_plain(text: str) -> bool:
    return all(char in PLAIN or char in DOUBLE for char in text)


def septets(text: str) -> int:
    """The length of a GSM-7 text as it is charged."""
    return sum(2 if char in DOUBLE else 1 for char in text)


def segments(text: str) -> int:
    """How many segments a GSM-7 text takes; a double character is never cut in two."""
    return 1 if septets(text) <= ALONE else sum(1 for _ in _filled(text))


def _filled(text: str) -> Iterator[int]:
    used = 0
    for char in text:
        size = 2 if char in DOUBLE else 1
        if used + size > JOINED:
            yield used
            used = 0
        used += size
    yield used
