"""Deletion on a patient's request, legal holds and tombstones, for administrators. They see no patient's words here."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from console import audit, erasure
from console.access import needs
from console.forms import About
from console.models import Hold, Tombstone
from transcripts.models import Conversation

SHOWN = 50


@require_safe
@needs("manage_data")
def page(request: HttpRequest) -> HttpResponse:
    audit.note(request, "looked at", "data")
    return _page(request)


def _page(request: HttpRequest, *, form: About | None = None, status: int = 200) -> HttpResponse:
    given = {
        "form": form or About(),
        "holds": Hold.objects.order_by("-pk")[:SHOWN],
        "tombstones": Tombstone.objects.order_by("-pk")[:SHOWN],
        "keep_days": f"{settings.KEEP_DAYS:g}",
    }
    return render(request, "console/data.html", given, status=status)


@require_POST
@needs("manage_data")
def hold(request: HttpRequest) -> HttpResponse:
    """Sets a hold, or lifts the one numbered `lift`."""
    lifted = request.POST.get("lift", "")
    if lifted.isdecimal() and len(lifted) < 18:
        found = Hold.objects.filter(pk=int(lifted)).first()
        if found:
            audit.note(request, "lifted hold", f"conversation {found.conversation_id}")
            found.delete()
        return redirect("console:data")
    form = About(request.POST)
    conversation = Conversation.objects.filter(pk=form.cleaned_data["conversation"]).first() if form.is_valid() else None
    if conversation is None:
        form.add_error("conversation", "There is no such conversation.")
        return _page(request, form=form, status=422)
    given = {"who": request.user.get_username(), "why": form.cleaned_data["why"], "at": timezone.now()}
    Hold.objects.get_or_create(conversation=conversation, defaults=given)
    audit.note(request, "set hold", f"conversation {conversation.pk}")
    messages.success(request, "The conversation is under a legal hold.")
    return redirect("console:data")


@require_POST
@needs("manage_data")
def delete(request: HttpRequest) -> HttpResponse:
    """Needs the words "delete" typed, beside the conversation and the reason."""
    form = About(request.POST)
    if not form.is_valid() or request.POST.get("sure", "").strip().lower() != "delete":
        form.add_error(None, "Type the word delete to confirm.")
        return _page(request, form=form, status=422)
    number = form.cleaned_data["conversation"]
    try:
        left = erasure.erase(number, who=request.user.get_username(), why=form.cleaned_data["why"])
    except (erasure.Refused, Conversation.DoesNotExist) as problem:
        form.add_error("conversation", str(problem) if isinstance(problem, erasure.Refused) else "There is no such conversation.")
        return _page(request, form=form, status=422)
    audit.note(request, "deleted conversation", f"tombstone {left.pk}", messages=left.messages)
    messages.success(request, f"Deleted: {left.messages} messages. Tombstone {left.pk} stays.")
    return redirect("console:data")
