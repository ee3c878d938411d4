"""What is shown when a page cannot be: to staff as a page, to everybody else as the chat's own JSON."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

OURS = "/console"
PATIENTS = "channels.web.views."  # named in words: console does not know the channels


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    return render(request, "console/refusal.html", {"title": title, "text": text}, status=status)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403, "This form is too old", "Go back, load the page anew and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 403, "Not for your role", "Your account does not include this. An administrator can change that.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if not request.path.startswith(OURS):
        return _patients("not_found", request)
    return _page(request, 404, "Not found", "There is nothing here, or it was deleted.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if not request.path.startswith(OURS):
        return _patients("bad_request", request)
    return _page(request, 400, "Not understood", "The request could not be read.")


def failed(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith(OURS):
        return _patients("failed", request)
    given = {"title": "Something went wrong here", "text": "Nothing was changed. Try again.", "clinic": settings.CLINIC}
    return HttpResponse(render_to_string("console/refusal.html", given), status=500)  # no request: it may be what is broken


def _patients(name: str, request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = import_string(PATIENTS + name)(request)
    return answer
