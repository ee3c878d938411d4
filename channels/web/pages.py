"""The demo clinic's page at "/": how the widget looks on a website. Not a part of the chat."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
async def clinic_page(request: HttpRequest) -> HttpResponse:
    """The fictional clinic's home page with the widget on it."""
    clinic = settings.CLINIC
    call = {"day": dialled(clinic.phone_day), "night": dialled(clinic.phone_night)}
    return render(request, "clinic.html", {"clinic": clinic, "call": call})


def dialled(phone: str) -> str:
    """The number as a tel: link takes it."""
    return "".join(char for char in phone if char.isdigit() or char == "+")
