"""Files to take away: each is written down before it is handed out."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console import audit, lessons
from console import fhir as fhir_export
from console.access import needs
from console.tabular import written
from console.views.auditing import wanted
from console.views.cases import case_or_404
from escalation.models import Case

MOST_ROWS = 50_000
CASE_COLUMNS = (
    "case", "level", "state", "channel", "language", "celsius", "signs", "opened", "acknowledged", "acknowledged by", "closed",
    "closed by", "outcome", "note",
)  # fmt: skip
AUDIT_COLUMNS = ("number", "at", "who", "role", "what", "about", "detail", "address", "previous", "digest")
VERDICTS = {"phrasings": lessons.phrasings, "cases": lessons.cases, "new": lessons.new_questions}


def _file(content: str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=f"{kind}; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
@needs("export_case")
def fhir(request: HttpRequest, number: int) -> HttpResponse:
    case = case_or_404(number)
    audit.note(request, "exported case", f"case {number}", form="fhir")
    return _file(fhir_export.bundle(case), f"case-{number}.json", "application/fhir+json")


@require_safe
@needs("export_many")
def cases_csv(request: HttpRequest) -> HttpResponse:
    """Cases of the last 90 days, without telephone numbers."""
    found = Case.objects.filter(kind="patient", opened_at__gte=timezone.now() - timedelta(days=90)).order_by("-pk")[:MOST_ROWS]
    rows = [
        (
            case.number, case.level, case.state, case.channel, case.language, case.celsius, " ".join(str(sign[0]) for sign in case.signs),
            case.opened_at, case.acknowledged_at, case.acknowledged_by, case.closed_at, case.closed_by, case.outcome, case.note,
        )
        for case in found
    ]  # fmt: skip
    audit.note(request, "exported cases", rows=len(rows))
    return _file(written(CASE_COLUMNS, rows), "cases.csv", "text/csv")


@require_safe
@needs("see_audit")
def audit_csv(request: HttpRequest) -> HttpResponse:
    audit.note(request, "exported audit")
    rows = wanted(request).values_list("id", "at", "who", "role", "what", "about", "detail", "address", "previous", "digest")[:MOST_ROWS]
    return _file(written(AUDIT_COLUMNS, rows), "audit.csv", "text/csv")


@require_safe
@needs("export_many")
def verdicts(request: HttpRequest) -> HttpResponse:
    """`kind`: phrasings (Rasa's training form), cases (what a model must pass) or new (questions without an answer yet)."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in VERDICTS else "cases"
    found = lessons.opinions()
    audit.note(request, "exported verdicts", kind, verdicts=len(found))
    return _file(VERDICTS[kind](found), f"{kind}.yml", "application/yaml")
