"""The audit trail, for auditors."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from console import audit
from console.access import needs
from console.models import AuditEntry
from intake.inbound import storable

PAGE = 100


def wanted(request: HttpRequest) -> QuerySet[AuditEntry]:
    """The entries that the filters leave, newest first."""
    found = AuditEntry.objects.order_by("-id")
    for name in ("who", "what", "about"):
        written = storable(request.GET.get(name, "")).strip()[:80]
        if written:
            found = found.filter(**{name: written})
    return found


@require_safe
@needs("see_audit")
def page(request: HttpRequest) -> HttpResponse:
    audit.note(request, "looked at", "audit")
    before = request.GET.get("before", "")
    found = wanted(request)
    if before.isdecimal() and len(before) < 18:
        found = found.filter(id__lt=int(before))
    entries = list(found[: PAGE + 1])
    query = request.GET.copy()
    query["before"] = str(entries[PAGE - 1].id) if len(entries) > PAGE else ""
    checked = audit.verify() if request.GET.get("verify") else None
    if checked:
        audit.note(request, "verified audit", entries=checked.entries, whole=checked.number is None)
    given = {"entries": entries[:PAGE], "following": query.urlencode() if query["before"] else "", "checked": checked, "filters": request.GET}
    return render(request, "console/audit.html", given)
