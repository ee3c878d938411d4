"""The web API and the chat page. docs/api.md describes it with examples that a test runs."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from channels.web import reading, session
from channels.web.rate import Rate
from escalation.heartbeat import WORKER, is_alive
from intake.front_desk import Exchange, NotSaved, desk
from intake.inbound import Inbound
from intake.record import NoConversation, open_conversation, screen
from intake.screening import Screened
from transcripts.history import latest_lines, lines_after
from wording import ALARMS

logger = structlog.stdlib.get_logger(__name__)

CHANNEL = "web"
SEQ_DIGITS = 9


@lru_cache(maxsize=1)
def message_rate() -> Rate:
    return Rate(settings.MESSAGES_PER_MINUTE)


@lru_cache(maxsize=1)
def session_rate() -> Rate:
    return Rate(settings.SESSIONS_PER_MINUTE)


def refused(status: int, code: str, *, first: str = "") -> JsonResponse:
    """An error in a patient's words, with the numbers to call; `first`: words that come before them."""
    message = desk().words.refusal(code, CHANNEL)
    return JsonResponse(
        {"error": {"code": code, "message": f"{first}\n\n{message}" if first else message}}, status=status
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return refused(404, "not_here")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return refused(400, "unreadable")


def failed(request: HttpRequest) -> JsonResponse:
    return refused(500, "failed")


@require_safe
async def page(request: HttpRequest) -> HttpResponse:
    """The chat page."""
    clinic = settings.CLINIC
    call = {"day": _dialled(clinic.phone_day), "night": _dialled(clinic.phone_night)}
    return render(request, "web/chat.html", {"clinic": clinic, "call": call})


def _dialled(phone: str) -> str:
    """The number as a tel: link takes it."""
    return "".join(char for char in phone if char.isdigit() or char == "+")


async def open_session(request: HttpRequest) -> JsonResponse:
    """POST /api/session: a new conversation and its token."""
    if request.method != "POST":
        return refused(405, "not_here")
    if not _from_here(request):
        return refused(403, "not_here")
    canary = session.is_canary(request.headers.get(session.CANARY_HEADER, ""))
    if not canary and not session_rate().allows(request.META.get("REMOTE_ADDR", "")):
        return refused(429, "too_many")
    kind = "canary" if canary else "patient"
    try:
        conversation = await desk().in_database(lambda: open_conversation(CHANNEL, kind=kind))
    except Error as problem:
        logger.error("web.session_not_saved", problem=type(problem).__name__)
        return refused(503, "failed")
    return JsonResponse(_opened(conversation), status=201)


def _opened(conversation: str) -> dict[str, object]:
    clinic = settings.CLINIC
    return {
        "token": session.issue(conversation),
        "expires_at": (timezone.now() + session.lifetime()).isoformat(),
        "clinic": {
            "name": clinic.name,
            "phone": clinic.phone_day,
            "night_phone": clinic.phone_night,
            "emergency_number": clinic.emergency_number,
            "crisis_line": clinic.crisis_line,
        },
    }


def _from_here(request: HttpRequest) -> bool:
    """Whether the request comes from our own page, or from no page at all: no other origin may."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.get_host()


async def messages(request: HttpRequest) -> JsonResponse:
    """GET or POST /api/messages, for the conversation of the token."""
    if request.method not in ("GET", "POST"):
        return refused(405, "not_here")
    if not _from_here(request):
        return refused(403, "not_here")
    try:
        conversation = session.conversation_of(request.headers.get("Authorization", ""))
        return await (_post if request.method == "POST" else _history)(request, conversation)
    except (session.SessionOver, NoConversation):
        return refused(401, "session_over")


async def _history(request: HttpRequest, conversation: str) -> JsonResponse:
    after = request.GET.get("after", "")
    try:
        if after.isdecimal() and len(after) <= SEQ_DIGITS:
            lines = await desk().in_database(lines_after, conversation, int(after))
        else:
            lines = await desk().in_database(latest_lines, conversation)
    except Error as problem:
        logger.error("web.history_unread", conversation=conversation, problem=type(problem).__name__)
        return refused(503, "failed")
    return JsonResponse({"messages": reading.all_shown(lines)})


async def _post(request: HttpRequest, conversation: str) -> JsonResponse:
    try:
        posted = reading.posted(request.body)
    except reading.Unreadable as problem:
        return refused(problem.status, problem.code)
    inbound = Inbound(conversation, CHANNEL, posted.client_id, posted.text, posted.choice)
    if not message_rate().allows(conversation) and not _alarming(await _screened(inbound)):
        return refused(429, "too_many")
    try:
        return JsonResponse(_shown(await desk().receive(inbound)))
    except NotSaved:
        return refused(503, "not_saved", first=await _safety_words(inbound))
    except (Error, TimeoutError):
        # stored, and not answered yet: the sweeper will; the patient finds the reply in the history
        return refused(503, "no_answer", first=await _safety_words(inbound))


async def _screened(inbound: Inbound) -> Screened:
    """Triage's verdict outside of the record, for a message that may not be stored."""
    return await desk().in_database(lambda: screen(inbound.text, conversation=inbound.conversation))


def _alarming(screened: Screened) -> bool:
    """Whether a message may not be refused for its number: an alarm, or triage cannot tell."""
    return screened.failed or screened.level.word in ALARMS


async def _safety_words(inbound: Inbound) -> str:
    """What must be read even when nothing could be saved or answered; "" when there is no alarm."""
    screened = await _screened(inbound)
    if screened.level.word not in ALARMS:
        return ""
    suicide, language = bool(screened.evidence["suicide"]), str(screened.evidence["language"])
    return desk().words.safety(screened.level.word, suicide=suicide, language=language, channel=CHANNEL).text


def _shown(exchange: Exchange) -> dict[str, object]:
    message = exchange.message
    return {
        "message": {
            "client_id": message.external_id,
            "level": message.level,
            "at": message.received_at.isoformat(),
        },
        "replies": reading.all_shown(exchange.replies),
    }


async def health(request: HttpRequest) -> JsonResponse:
    """GET /health: which parts answer. Holds nothing about patients."""
    try:
        worker = await desk().in_database(is_alive, WORKER, timezone.now())
        database = True
    except Error:
        worker = database = False
    parts = {"service": True, "database": database, "rasa": await desk().rasa.ready(), "worker": worker}
    return JsonResponse({"status": "ok" if all(parts.values()) else "degraded", "parts": parts})
