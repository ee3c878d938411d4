"""The web API and the chat page. docs/api.md describes it with examples that a test runs."""
from __future__ import annotations

import logging
from functools import lru_cache

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from channels.web import reading, session
from channels.web.rate import Rate
from intake.front_desk import Exchange, desk
from intake.inbound import Inbound
from intake.record import NoConversation, open_conversation, screen
from transcripts.history import latest_lines, lines_after
from triage import Level

logger = logging.getLogger(__name__)

CHANNEL = "web"


@lru_cache(maxsize=1)
def message_rate() -> Rate:
    return Rate(settings.MESSAGES_PER_MINUTE)


@lru_cache(maxsize=1)
def session_rate() -> Rate:
    return Rate(settings.SESSIONS_PER_MINUTE)


def refused(status: int, code: str) -> JsonResponse:
    """An error in words that a patient can read, with the numbers to call."""
    message = desk().words.say(f"utter_unknown/{code}", CHANNEL).text
    return JsonResponse({"error": {"code": code, "message": message}}, status=status)


@require_GET
async def page(request: HttpRequest) -> HttpResponse:
    """The chat page."""
    return render(request, "web/chat.html", {"clinic": settings.CLINIC})


@require_POST
async def open_session(request: HttpRequest) -> JsonResponse:
    """POST /api/session: a new conversation and its token."""
    canary = session.is_canary(request.headers.get(session.CANARY_HEADER, ""))
    if not canary and not session_rate().allows(request.META.get("REMOTE_ADDR", "")):
        return refused(429, "too_many")
    kind = "canary" if canary else "patient"
    try:
        conversation = await desk().in_database(lambda: open_conversation(CHANNEL, kind=kind))
    except DatabaseError:
        logger.exception("web.session_not_saved")
        return refused(503, "not_saved")
    clinic = settings.CLINIC
    answer = {
        "token": session.issue(conversation),
        "expires_at": (timezone.now() + session.lifetime()).isoformat(),
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone_day,
            "night_phone": clinic.phone_night,
            "emergency_number": clinic.emergency_number,
        },
    }
    return JsonResponse(answer, status=201)


async def messages(request: HttpRequest) -> JsonResponse:
    """GET or POST /api/messages, for the conversation of the token."""
    try:
        conversation = session.conversation_of(request.headers.get("Authorization", ""))
    except session.SessionOver:
        return refused(401, "session_over")
    try:
        if request.method == "GET":
            return await _history(request, conversation)
        if request.method == "POST":
            return await _post(request, conversation)
    except NoConversation:
        return refused(401, "session_over")
    except (DatabaseError, TimeoutError):
        logger.exception("web.not_saved conversation=%s", conversation)
        return refused(503, "not_saved")
    return JsonResponse({"error": {"code": "method", "message": "GET or POST"}}, status=405)


async def _history(request: HttpRequest, conversation: str) -> JsonResponse:
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 10:
        lines = await desk().in_database(lines_after, conversation, int(after))
    else:
        lines = await desk().in_database(latest_lines, conversation)
    return JsonResponse({"messages": reading.all_shown(lines)})


async def _post(request: HttpRequest, conversation: str) -> JsonResponse:
    try:
        posted = reading.posted(request.body)
    except reading.Unreadable as problem:
        return refused(problem.status, problem.code)
    inbound = Inbound(conversation, CHANNEL, posted.client_id, posted.text, posted.choice)
    if not message_rate().allows(conversation) and not _urgent(inbound):
        return refused(429, "too_many")
    return JsonResponse(_exchange(await desk().receive(inbound)))


def _urgent(inbound: Inbound) -> bool:
    """Whether the message may not be refused for its number: an alarm, or triage cannot tell."""
    verdict = screen(inbound)
    return verdict is None or verdict.level >= Level.ask


def _exchange(exchange: Exchange) -> dict[str, object]:
    message = exchange.message
    return {
        "message": {"client_id_accepted": True, "level": message.level, "at": message.received_at.isoformat()},
        "replies": reading.all_shown(exchange.replies),
    }


@require_GET
async def health(request: HttpRequest) -> JsonResponse:
    """GET /health: which parts answer. Holds nothing about patients."""
    rasa = await desk().rasa.ready()
    return JsonResponse({"status": "ok" if rasa else "degraded", "parts": {"service": True, "rasa": rasa}})
