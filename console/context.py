"""What every page of the console shows: the menu of the user's role, the clinic, the zone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from console.roles import may, pages_of, role_of
from console.second_factor import missing_step

# Pages that belong to another one in the menu.
BELONGS = {"/console/cases": "console:queue", "/console/messages": "console:conversations"}


def _is_here(address: str, path: str) -> bool:
    """Whether the menu's page holds what is shown."""
    owner = next((page for prefix, page in BELONGS.items() if path.startswith(prefix)), None)
    return address == owner if owner else path.startswith(reverse(address))


def everywhere(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated and not missing_step(request)
    return {
        "clinic": settings.CLINIC,
        "menu": [(*page, _is_here(page[0], request.path)) for page in pages_of(user)] if known else [],
        "watches": known and may(user, "see_queue") and not request.path.startswith(reverse("console:queue")),
        "role": role_of(user) if known else "",
        "demo": settings.DEMO,
        "single_sign_on": bool(settings.OIDC),
    }
