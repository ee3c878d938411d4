"""Where one lands after signing in: the first page of one's role."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from console.roles import pages_of


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    pages = pages_of(request.user)
    if not pages:
        raise PermissionDenied
    return redirect(pages[0][0])
