"""The list of conversations, and one conversation with its reasons."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from console import audit, find, transcript
from console.access import needs
from console.board import rows
from console.forms import Close, Words
from console.models import Hold, Reviewed
from console.subjects import subjects
from escalation.models import Case, State, Step
from intake.handoff import is_led
from intake.inbound import storable
from transcripts.models import Conversation
from transcripts.search import words_of


def conversation_or_404(number: str) -> Conversation:
    found = Conversation.objects.filter(pk=storable(number), kind="patient").first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs("see_conversations")
def index(request: HttpRequest) -> HttpResponse:
    filters = find.Filters.of(request.GET)
    found = find.page(filters, request.GET.get("from", ""))
    if filters.of_messages:
        audit.note(request, "searched", "conversations", found=len(found.found))
    query = request.GET.copy()
    query["from"] = found.next
    given = {
        "filters": filters,
        "page": found,
        "following": query.urlencode() if found.next else "",
        "subjects": subjects(),
        "answered": find.ANSWERED,
        "marked": words_of(filters.q),
    }
    return render(request, "console/conversations.html", given)


@require_safe
@needs("see_conversations")
def page(request: HttpRequest, conversation: str) -> HttpResponse:
    return show(request, conversation_or_404(conversation))


def show(
    request: HttpRequest,
    conversation: Conversation,
    *,
    case: Case | None = None,
    close_form: Close | None = None,
    words: Words | None = None,
    status: int = 200,
) -> HttpResponse:
    """The conversation's page; that it was looked at is written down."""
    audit.note(request, "looked at", f"conversation {conversation.pk}")
    before = request.GET.get("before", "")
    lines = transcript.lines(conversation.pk, before=int(before) if before.isdecimal() and len(before) < 10 else None)
    cases = list(Case.objects.filter(conversation=conversation).order_by("-pk"))
    current = case or next((one for one in cases if one.state != State.closed), None)
    given: dict[str, Any] = {
        "conversation": conversation,
        "lines": lines,
        "earlier": lines[0].message.seq if lines and lines[0].message.seq > 1 else None,
        "last_seq": lines[-1].message.seq if lines and not before else 0,
        "row": rows([current])[0] if current else None,
        "steps": Step.objects.filter(case=current).order_by("pk") if current else [],
        "cases": cases,
        "notes": conversation.notes.order_by("pk"),
        "reviewed": Reviewed.objects.filter(conversation=conversation).first(),
        "hold": Hold.objects.filter(conversation=conversation).first(),
        "close_form": close_form or Close(auto_id="close_%s"),
        "words": words or Words(auto_id="words_%s"),
        "note_form": Words(auto_id="note_%s"),
        **led_by_whom(request, conversation),
    }
    return render(request, "console/conversation.html", given, status=status)


def led_by_whom(request: HttpRequest, conversation: Conversation) -> dict[str, Any]:
    led = is_led(conversation.led_until, timezone.now())
    return {"led": led, "mine": led and conversation.led_by == request.user.get_username()}


@require_safe
@needs("see_conversations")
def live(request: HttpRequest, conversation: str) -> HttpResponse:
    """What was said after the message `after`; 204 when nothing was."""
    after = request.GET.get("after", "")
    if not after.isdecimal() or len(after) > 9:
        raise Http404
    found = conversation_or_404(conversation)
    lines = transcript.lines(found.pk, after=int(after))
    if not lines:
        return HttpResponse(status=204)
    given = {"conversation": found, "lines": lines, "last_seq": lines[-1].message.seq}
    return render(request, "console/_live.html", given)
