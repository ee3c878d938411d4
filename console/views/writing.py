"""What staff write: to the patient, to each other, and marks on what they read."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from console import audit
from console.access import needs
from console.forms import Words
from console.models import Flag, Note, Reviewed
from console.views.conversations import conversation_or_404, show
from intake import handoff
from intake.front_desk import desk
from intake.inbound import storable
from transcripts.models import Message

IN_OTHER_HANDS = "{} is writing to this patient. Your words were not sent."


@require_POST
@needs("answer")
def write(request: HttpRequest, conversation: str) -> HttpResponse:
    """Words to the patient."""
    found = conversation_or_404(conversation)
    form = Words(request.POST, auto_id="words_%s")
    if not form.is_valid():
        return show(request, found, words=form, status=422)
    try:
        message = handoff.write(conversation, _name(request), storable(form.cleaned_data["text"]), desk().words)
    except handoff.InOtherHands as problem:
        messages.error(request, IN_OTHER_HANDS.format(problem.who))
        return show(request, found, words=form, status=409)
    audit.note(request, "wrote to patient", f"conversation {conversation}", message=message.seq)
    return redirect(_end(conversation))


@require_POST
@needs("answer")
def take(request: HttpRequest, conversation: str) -> HttpResponse:
    """The bot keeps quiet from now on."""
    conversation_or_404(conversation)

    def work() -> str:
        handoff.take(conversation, _name(request), desk().words)
        return "took over"

    return _deed(request, conversation, work)


@require_POST
@needs("answer")
def hand_back(request: HttpRequest, conversation: str) -> HttpResponse:
    conversation_or_404(conversation)
    return _deed(request, conversation, lambda: "handed back" if handoff.hand_back(conversation, desk().words) else "")


def _deed(request: HttpRequest, conversation: str, work: Callable[[], str]) -> HttpResponse:
    try:
        done = work()
    except handoff.InOtherHands as problem:
        messages.error(request, IN_OTHER_HANDS.format(problem.who))
        done = ""
    if done:
        audit.note(request, done, f"conversation {conversation}")
    return redirect(_end(conversation))


@require_POST
@needs("note")
def note(request: HttpRequest, conversation: str) -> HttpResponse:
    """A note for the team."""
    found = conversation_or_404(conversation)
    form = Words(request.POST)
    if form.is_valid():
        text = storable(form.cleaned_data["text"])
        Note.objects.create(conversation=found, who=_name(request), text=text, at=timezone.now())
        audit.note(request, "noted", f"conversation {conversation}")
    else:
        messages.error(request, "A note needs words, 1,000 characters at most.")
    return redirect("console:conversation", conversation=conversation)


@require_POST
@needs("note")
def reviewed(request: HttpRequest, conversation: str) -> HttpResponse:
    """Read up to its last message, or (mark=no) not any more."""
    found = conversation_or_404(conversation)
    if request.POST.get("mark") == "no":
        Reviewed.objects.filter(conversation=found).delete()
        audit.note(request, "marked as unread", f"conversation {conversation}")
    else:
        mark = {"who": _name(request), "seq": found.last_seq, "at": timezone.now()}
        Reviewed.objects.update_or_create(conversation=found, defaults=mark)
        audit.note(request, "marked as reviewed", f"conversation {conversation}")
    return redirect("console:conversation", conversation=conversation)


@require_POST
@needs("note")
def flag(request: HttpRequest, message: int) -> HttpResponse:
    """For the review; a second time takes the flag away."""
    found = Message.objects.filter(pk=message, inbound=True, conversation__kind="patient").first() if message < 2**60 else None
    if found is None:
        raise Http404
    flagged, new = Flag.objects.get_or_create(message=found, defaults={"who": _name(request), "at": timezone.now()})
    if not new:
        flagged.delete()
    audit.note(request, "flagged" if new else "unflagged", f"message {message}")
    return redirect(f"{_end(found.conversation_id).rpartition('#')[0]}#m{found.seq}")


def _name(request: HttpRequest) -> str:
    return request.user.get_username()


def _end(conversation: str) -> str:
    return f"/console/conversations/{conversation}#end"
