"""The overview: charts that print, with the table behind each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console import audit
from console.access import needs
from console.charts import chart
from console.figures import PERIODS, tables


@require_safe
@needs("see_overview")
def page(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("days", "")
    days = int(wanted) if wanted in {str(period) for period in PERIODS} else 30
    audit.note(request, "looked at", "overview", days=days)
    charts = [chart(table) for table in tables(days, timezone.now())]
    return render(request, "console/overview.html", {"charts": charts, "days": days, "periods": PERIODS, "now": timezone.now()})
