"""The widget's files at /widget/: its modules, and for each language what it needs while the server is away.

Public and the same for everybody, so any website may load them; what they may ask of the API is decided elsewhere.
Kept in memory, compressed once. Not for the demo page.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from channels.web.origins import Event, Receive, Send
from channels.web.red_flags import file_of, red_flags
from clinic import Clinic
from intake.front_desk import desk
from triage.result import Language
from wording import ALARMS, Words

PREFIX = "/widget/"
LANGUAGES: tuple[Language, ...] = ("en", "es")
FRESH = b"public, max-age=300, stale-while-revalidate=86400"
_COMMENT = re.compile(r"^\s*//.*\n?", re.MULTILINE)
_REMARK = re.compile(r"(?<=[;,{)]) +// [^\"'`\n]*$", re.MULTILINE)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_EMPTY = re.compile(r"^\n", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    kind: bytes
    plain: bytes
    packed: bytes
    tag: bytes

    @classmethod
    def of(cls, content: str, kind: str) -> Asset:
        plain = content.encode()
        tag = hashlib.sha256(plain).hexdigest()[:16]
        return cls(kind.encode(), plain, gzip.compress(plain, 9, mtime=0), f'"{tag}"'.encode())


def lean(source: str) -> str:
    """A module without comments, indentation and empty lines. Comments that hold a quote and stand behind code are left."""
    return _EMPTY.sub("", _INDENT.sub("", _REMARK.sub("", _COMMENT.sub("", source))))


def away(language: Language, words: Words, clinic: Clinic, data: Path) -> dict[str, object]:
    """What the widget says and checks by itself in one language: the clinic's numbers, safety words, red flags."""
    said = {level: words.safety(level, suicide=False, language=language, channel="web").text for level in ALARMS}
    said["suicide"] = words.safety("emergency", suicide=True, language=language, channel="web").text
    return {"clinic": card(clinic), "words": said, "flags": kept(language, data)}


def kept(language: Language, data: Path) -> Mapping[str, object]:
    """The red flags from their file, or made now where none could be written."""
    file = file_of(language, data, settings.WIDGET_TABLES)
    found: Mapping[str, object] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else red_flags(language, data)
    return found


def card(clinic: Clinic) -> dict[str, object]:
    """The clinic as the widget shows it."""
    return {
        "name": clinic.name,
        "phone": clinic.phone_day,
        "night_phone": clinic.phone_night,
        "emergency_number": clinic.emergency_number,
        "crisis_line": clinic.crisis_line,
    }


@lru_cache(maxsize=1)
def modules() -> Mapping[str, Asset]:
    """The widget's modules by name."""
    return {
        file.name: Asset.of(lean(file.read_text(encoding="utf-8")), "text/javascript; charset=utf-8")
        for file in sorted(settings.WIDGET.glob("*.js"))
    }


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Asset]:
    """What is needed while the server is away, by name. Takes a moment: not for the event loop."""
    found = {}
    for language in LANGUAGES:
        content = away(language, desk().words, settings.CLINIC, settings.WORDS)
        written = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        found[f"away-{language}.json"] = Asset.of(written, "application/json")
    return found


async def prepare() -> None:
    """Makes the tables, once for each state of the rules, in a process of its own: it must not slow the patients' messages."""
    async with _making():
        if not all(file_of(language, settings.WORDS, settings.WIDGET_TABLES).exists() for language in LANGUAGES):
            command = [sys.executable, "-m", "channels.web.red_flags", str(settings.WORDS), str(settings.WIDGET_TABLES)]
            made = await asyncio.create_subprocess_exec(*command, cwd=settings.BASE_DIR, preexec_fn=lambda: os.nice(10))
            await made.wait()
        await asyncio.to_thread(tables)


@lru_cache(maxsize=1)
def _making() -> asyncio.Lock:
    return asyncio.Lock()


async def _found(name: str) -> Asset | None:
    if name.endswith(".js"):
        return modules().get(name)
    await prepare()
    return tables().get(name)


async def serve(scope: Event, receive: Receive, send: Send) -> None:
    """Answers one GET below /widget/."""
    asset = await _found(scope["path"].removeprefix(PREFIX))
    headers = dict(scope["headers"])
    if asset is None or scope["method"] not in ("GET", "HEAD"):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        return await send({"type": "http.response.body", "body": b""})
    head = [
        (b"content-type", asset.kind),
        (b"cache-control", FRESH),
        (b"etag", asset.tag),
        (b"vary", b"Accept-Encoding"),
        (b"access-control-allow-origin", b"*"),
    ]
    if headers.get(b"if-none-match") == asset.tag:
        await send({"type": "http.response.start", "status": 304, "headers": head})
        return await send({"type": "http.response.body", "body": b""})
    packed = b"gzip" in headers.get(b"accept-encoding", b"")
    body = asset.packed if packed else asset.plain
    head += [(b"content-encoding", b"gzip")] if packed else []
    head.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
