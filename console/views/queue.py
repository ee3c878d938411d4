"""The queue page and its live part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console import audit
from console.access import needs
from console.board import board, emergencies


@require_safe
@needs("see_queue")
def page(request: HttpRequest) -> HttpResponse:
    audit.note(request, "looked at", "queue")
    return render(request, "console/queue.html", given())


def given() -> dict[str, object]:
    now = timezone.now()
    found = board(now)
    return {"board": found, "now": now, "digest": found.digest(now)}


@require_safe
@needs("see_queue")
def live(request: HttpRequest) -> HttpResponse:
    """The rows anew; 204 when they are as the page has them."""
    return fragment(request, seen=request.GET.get("seen", ""))


def fragment(request: HttpRequest, *, seen: str = "", trouble: str = "") -> HttpResponse:
    """`trouble`: what went wrong with the deed that asked for it."""
    shown = given()
    if seen == shown["digest"]:
        return HttpResponse(status=204)
    return render(request, "console/_board.html", {**shown, "trouble": trouble})


@require_safe
@needs("see_queue")
def alarms(request: HttpRequest) -> HttpResponse:
    """How many emergencies nobody has acknowledged, for the head of every other page; 204 when the page knows."""
    found = emergencies()
    if request.GET.get("seen") == found:
        return HttpResponse(status=204)
    return render(request, "console/_alarms.html", {"emergencies": found, "number": len(found.split(",")) if found else 0})
