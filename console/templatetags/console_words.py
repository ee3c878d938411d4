"""How times, shares and searched words are written in the console's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from console.roles import may as role_may
from wording.clock import hour

register = template.Library()
AROUND = 70  # characters shown on either side of what was searched for


@register.filter
def ago(at: datetime, now: datetime) -> str:
    """ "12 min", "3 h 05 min", "2 d 4 h"."""
    return _span((now - at).total_seconds())


@register.filter
def left(due: datetime, now: datetime) -> str:
    """The time until `due`; "now" when it is over."""
    seconds = (due - now).total_seconds()
    return "now" if seconds <= 0 else f"in {_span(seconds + 59)}"


def _span(seconds: float) -> str:
    minutes = max(0, int(seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes:02d} min"
    return f"{hours // 24} d {hours % 24} h"


@register.filter
def clock(at: datetime | None) -> str:
    """The time of day at the clinic, with the day when it is not today."""
    if at is None:
        return ""
    zone = settings.CLINIC.time_zone
    local, today = at.astimezone(zone), timezone.now().astimezone(zone)
    if local.date() == today.date():
        return hour(at, zone)
    return f"{local:%b %-d}{'' if local.year == today.year else f', {local.year}'}, {hour(at, zone)}"


@register.filter
def full_clock(at: datetime) -> str:
    """Day and time to the second, for the audit trail."""
    return f"{at.astimezone(settings.CLINIC.time_zone):%Y-%m-%d %H:%M:%S}"


@register.filter
def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


@register.filter
def may(user: object, permission: str) -> bool:
    """Whether the user's role includes `permission`; decides what is offered, never what is allowed."""
    return role_may(user, permission)


@register.filter
def excerpt(text: str, marked: Sequence[str]) -> SafeString:
    """The part of `text` around the first searched word, searched words marked. Everything else is escaped."""
    pattern = re.compile("|".join(rf"\b{re.escape(word)}" for word in marked), re.IGNORECASE) if marked else None
    first = pattern.search(text) if pattern else None
    begin = max(0, first.start() - AROUND) if first else 0
    shown = text[begin : begin + 3 * AROUND]
    cut = ("…" if begin else "") + escape(shown) + ("…" if begin + 3 * AROUND < len(text) else "")
    if pattern is None:
        return mark_safe(cut)
    place, parts = 0, ["…" if begin else ""]
    for found in pattern.finditer(shown):
        parts += [escape(shown[place : found.start()]), "<mark>", escape(found.group(0)), "</mark>"]
        place = found.end()
    parts += [escape(shown[place:]), "…" if begin + 3 * AROUND < len(text) else ""]
    return mark_safe("".join(parts))


@register.filter
def said(value: object) -> str:
    """A table's cell."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)
