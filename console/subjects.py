"""The subjects that the assistant knows, as in data/: for filters and for "it should have been this one"."""

from __future__ import annotations

from functools import lru_cache

import yaml
from django.conf import settings


@lru_cache(maxsize=1)
def subjects() -> tuple[str, ...]:
    """Every intent that has phrasings in data/, such as education/fatigue, sorted."""
    found: set[str] = set()
    for file in settings.WORDS.rglob("*.yml"):
        read = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)
        found |= {str(entry["intent"]) for entry in (read or {}).get("nlu") or () if "intent" in entry}
    return tuple(sorted(found))


LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
