"""What every page of the console passes: headers, idle time-out, and that the user is known beyond a password."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from console import second_factor

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
LAST_DEED = "last_deed"
NOTED_EVERY = 20.0  # seconds: not every click is a write
Next = Callable[[HttpRequest], HttpResponse]


def is_poll(request: HttpRequest) -> bool:
    """Whether the page asked by itself: its addresses end with /live."""
    return request.path.endswith("/live")


class Headers:
    """No page of the console is kept by a browser or shown in a frame, and nothing inline runs."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._next(request)
        response["Content-Security-Policy"] = POLICY
        response["Cache-Control"] = "no-store"
        return response


class Idle:
    """Signs out who did nothing for settings.IDLE_MINUTES; the page's own polling does not count as doing."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            last = float(request.session.get(LAST_DEED, now))
            if now - last > settings.IDLE_MINUTES * 60:
                logout(request)
                messages.info(request, "You were signed out because nothing was done for a while.")
            elif LAST_DEED not in request.session or (not is_poll(request) and now - last > NOTED_EVERY):
                request.session[LAST_DEED] = now
        return self._next(request)


class Known:
    """Sends who is signed in by password alone to the second factor, and who has a made password to change it."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        step = second_factor.missing_step(request)
        if step and request.path not in {reverse(step), reverse("console:sign_out")}:
            return elsewhere(request, reverse(step))
        return self._next(request)


def elsewhere(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect; for a request of htmx one of the whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)
