"""What every page of the console shows: the menu of the user's role, the clinic, the zone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from console.roles import pages_of, role_of
from console.second_factor import missing_step


def everywhere(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated and not missing_step(request)
    return {
        "clinic": settings.CLINIC,
        "menu": pages_of(user) if known else [],
        "role": role_of(user) if known else "",
        "demo": settings.DEMO,
        "single_sign_on": bool(settings.OIDC),
    }
