"""A case: its page, and what staff do with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from console import audit
from console.access import needs
from console.forms import Close
from console.phones import whole
from console.views import queue
from console.views.conversations import show
from escalation import staff
from escalation.models import FIRST_NUMBER, Case
from intake.front_desk import desk


def case_or_404(number: int) -> Case:
    found = Case.objects.filter(pk=number - FIRST_NUMBER, kind="patient").first() if number < 2**60 else None
    if found is None:
        raise Http404
    return found


@require_safe
@needs("see_conversations")
def page(request: HttpRequest, number: int) -> HttpResponse:
    """The case's conversation, with the case beside it."""
    case = case_or_404(number)
    return show(request, case.conversation, case=case)


@require_POST
@needs("work_cases")
def acknowledge(request: HttpRequest, number: int) -> HttpResponse:
    case_or_404(number)
    try:
        staff.acknowledge(number, request.user.get_username(), desk().words)
    except staff.CaseProblem as problem:
        audit.note(request, "acknowledged in vain", f"case {number}", why=problem.code)
        return _back(request, number, trouble=str(problem))
    audit.note(request, "acknowledged", f"case {number}")
    return _back(request, number, done=f"Case {number} is yours. The patient was told.")


@require_POST
@needs("work_cases")
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Needs an outcome and a note."""
    case = case_or_404(number)
    form = Close(request.POST)
    if not form.is_valid():
        return show(request, case.conversation, case=case, close_form=form, status=422)
    given: dict[str, Any] = form.cleaned_data
    try:
        staff.close(number, request.user.get_username(), outcome=given["outcome"], note=given["note"])
    except staff.CaseProblem as problem:
        audit.note(request, "closed in vain", f"case {number}", why=problem.code)
        return _back(request, number, trouble=str(problem))
    audit.note(request, "closed", f"case {number}", outcome=given["outcome"])
    return _back(request, number, done=f"Case {number} is closed.")


def _back(request: HttpRequest, number: int, *, done: str = "", trouble: str = "") -> HttpResponse:
    """To the queue's rows for the browser's script, else to the page that was left."""
    if request.headers.get("HX-Target") == "board":
        return queue.fragment(request, trouble=trouble)
    if trouble:
        messages.error(request, trouble)
    else:
        messages.success(request, done)
    if request.POST.get("back") == "queue":
        return redirect("console:queue")
    return redirect("console:case", number=number)


@require_POST
@needs("reveal")
def reveal(request: HttpRequest, number: int) -> HttpResponse:
    """The whole telephone number; that it was asked for is written down first."""
    case = case_or_404(number)
    audit.note(request, "revealed number", f"case {number}")
    phone = whole(case.callback) if case.callback else "No number is known"
    return render(request, "console/_number.html", {"phone": phone, "dialled": case.callback, "case": case, "partial": "HX-Request" in request.headers})
