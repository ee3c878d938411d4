"""The review: one key for each group of messages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from console import audit, grouping
from console.access import needs
from console.forms import Judge
from console.models import Judgement, Opinion
from console.subjects import subjects
from transcripts.models import Message

MOST_SHOWN = 30


@require_safe
@needs("review")
def page(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in grouping.KINDS else "unknown"
    audit.note(request, "looked at", f"review {kind}")
    groups = grouping.groups(kind)
    given = {
        "kind": kind,
        "kinds": [(name, words, grouping.waiting(name)) for name, words in grouping.KINDS.items()],
        "groups": groups[:MOST_SHOWN],
        "more": max(0, len(groups) - MOST_SHOWN),
        "judgements": list(enumerate(Judgement.choices, 1)),
        "subjects": subjects(),
        "most": grouping.LOOKED_AT,
    }
    return render(request, "console/review.html", given)


@require_POST
@needs("review")
def judge(request: HttpRequest) -> HttpResponse:
    """One verdict for all messages of a group."""
    form = Judge(request.POST)
    kind = request.POST.get("kind", "")
    back = f"{reverse('console:review')}?kind={kind if kind in grouping.KINDS else 'unknown'}"
    if not form.is_valid() or (form.cleaned_data["judgement"] == Judgement.wrong and not form.cleaned_data["subject"]):
        messages.error(request, "For a wrong answer, choose the question that it really was.")
        return redirect(back)
    given = form.cleaned_data
    if given["subject"] and given["subject"] not in subjects():
        messages.error(request, "The assistant knows no such question.")
        return redirect(back)
    found = Message.objects.filter(pk__in=given["messages"], inbound=True, conversation__kind="patient")
    verdict = {"judgement": given["judgement"], "subject": given["subject"], "who": request.user.get_username(), "at": timezone.now()}
    for message in found:
        Opinion.objects.update_or_create(message=message, defaults=verdict)
    audit.note(request, "judged", f"{len(found)} messages", judgement=given["judgement"], messages=[one.pk for one in found])
    messages.success(request, f"{len(found)} judged: {Judgement(given['judgement']).label.lower()}.")
    return redirect(back)
