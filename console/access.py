"""Who may open a page: signed in, known beyond the password (console/middleware.py), and in a role that includes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from console import audit
from console.middleware import elsewhere
from console.roles import may

View = Callable[..., HttpResponseBase]


def needs(permission: str) -> Callable[[View], View]:
    """Refuses everybody whose role lacks `permission`, and writes the refusal down. Nobody signed in: to the sign-in."""

    def around(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *given: Any, **named: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return elsewhere(request, f"{reverse('console:sign_in')}?next={request.path}")
            if not may(request.user, permission):
                audit.note(request, "refused", request.path[:80], needs=permission)
                raise PermissionDenied
            return view(request, *given, **named)

        guarded.needs = permission  # type: ignore[attr-defined]  # read by the test that goes through all pages
        return guarded

    return around
