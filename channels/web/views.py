"""The web API. docs/api.md describes it with examples that a test runs."""

from __future__ import annotations

from functools import lru_cache

import structlog
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from channels.web import reading, session
from channels.web.assets import card
from channels.web.origins import may_speak
from channels.web.rate import Rate
from escalation.heartbeat import WORKER, is_alive
from intake.front_desk import Exchange, NotSaved, desk
from intake.inbound import Inbound
from intake.record import NoConversation, open_conversation, screen
from intake.screening import Screened
from transcripts.deletion import Deleted, delete
from transcripts.history import Line, is_open, latest_lines, lines_after
from wording import ALARMS, Reply

logger = structlog.stdlib.get_logger(__name__)

CHANNEL = "web"
SEQ_DIGITS = 9


@lru_cache(maxsize=1)
def message_rate() -> Rate:
    return Rate(settings.MESSAGES_PER_MINUTE)


@lru_cache(maxsize=1)
def session_rate() -> Rate:
    return Rate(settings.SESSIONS_PER_MINUTE)


def refused(request: HttpRequest, status: int, code: str, *, alarm: Reply | None = None) -> JsonResponse:
    """An error in a patient's words, with the numbers to call; `alarm`: safety words that come before them."""
    language = session.language_of(request.headers.get("Accept-Language", ""))
    message = desk().words.refusal(code, CHANNEL, language)
    if alarm is None:
        return JsonResponse({"error": {"code": code, "message": message}}, status=status)
    error = {"code": code, "message": f"{alarm.text}\n\n{message}", "level": alarm.level, "response": alarm.response}
    return JsonResponse({"error": error}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return refused(request, 404, "not_here")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> JsonResponse:
    return refused(request, 400, "unreadable")


def failed(request: HttpRequest) -> JsonResponse:
    return refused(request, 500, "failed")


async def open_session(request: HttpRequest) -> JsonResponse:
    """POST /api/session: a new conversation and its token."""
    if request.method != "POST":
        return refused(request, 405, "not_here")
    if not _from_here(request):
        return refused(request, 403, "not_here")
    canary = session.is_canary(request.headers.get(session.CANARY_HEADER, ""))
    if not canary and not session_rate().allows(request.META.get("REMOTE_ADDR", "")):
        return refused(request, 429, "too_many")
    kind = "canary" if canary else "patient"
    try:
        conversation = await desk().in_database(lambda: open_conversation(CHANNEL, kind=kind))
    except Error as problem:
        logger.error("web.session_not_saved", problem=type(problem).__name__)
        return refused(request, 503, "failed")
    return JsonResponse(_opened(conversation), status=201)


def _opened(conversation: str) -> dict[str, object]:
    return {
        "token": session.issue(conversation),
        "expires_at": (timezone.now() + session.lifetime()).isoformat(),
        "clinic": card(settings.CLINIC),
    }


def _from_here(request: HttpRequest) -> bool:
    """Whether the request comes from our own page, an allowed website, or no page at all."""
    origin = request.headers.get("Origin")
    return may_speak(origin, request.get_host(), settings.CLINIC.web_origins)


async def messages(request: HttpRequest) -> JsonResponse:
    """GET or POST /api/messages, for the conversation of the token."""
    if request.method not in ("GET", "POST"):
        return refused(request, 405, "not_here")
    if not _from_here(request):
        return refused(request, 403, "not_here")
    try:
        conversation = session.conversation_of(request.headers.get("Authorization", ""))
        return await (_post if request.method == "POST" else _history)(request, conversation)
    except (session.SessionOver, NoConversation):
        return refused(request, 401, "session_over")


async def _history(request: HttpRequest, conversation: str) -> JsonResponse:
    after, before = _number(request, "after"), _number(request, "before")
    try:
        lines = await desk().in_database(_lines, conversation, after, before)
    except Error as problem:
        logger.error("web.history_unread", conversation=conversation, problem=type(problem).__name__)
        return refused(request, 503, "failed")
    return JsonResponse({"messages": reading.all_shown(lines)})


def _number(request: HttpRequest, name: str) -> int | None:
    written = request.GET.get(name, "")
    return int(written) if written.isdecimal() and len(written) <= SEQ_DIGITS else None


def _lines(conversation: str, after: int | None, before: int | None) -> list[Line]:
    if not is_open(conversation):
        raise NoConversation(conversation)
    if after is not None:
        return lines_after(conversation, after)
    return latest_lines(conversation, before=before)


async def delete_conversation(request: HttpRequest) -> JsonResponse:
    """DELETE /api/conversation: the patient's words go, unless they belong to a case."""
    if request.method != "DELETE":
        return refused(request, 405, "not_here")
    if not _from_here(request):
        return refused(request, 403, "not_here")
    try:
        conversation = session.conversation_of(request.headers.get("Authorization", ""))
        deleted = await desk().in_database(_deleted, conversation)
    except (session.SessionOver, NoConversation):
        return refused(request, 401, "session_over")
    except Error as problem:
        logger.error("web.not_deleted", problem=type(problem).__name__)
        return refused(request, 503, "failed")
    logger.info("web.deleted", conversation=conversation, kept=deleted.kept)
    code = "deleted_kept" if deleted.kept else "deleted"
    language = session.language_of(request.headers.get("Accept-Language", ""))
    message = desk().words.refusal(code, CHANNEL, language)
    return JsonResponse({"deleted": True, "kept_in_record": deleted.kept, "message": message})


def _deleted(conversation: str) -> Deleted:
    if not is_open(conversation):
        raise NoConversation(conversation)
    return delete(conversation)


async def _post(request: HttpRequest, conversation: str) -> JsonResponse:
    try:
        posted = reading.posted(request.body)
    except reading.Unreadable as problem:
        return refused(request, problem.status, problem.code)
    inbound = Inbound(conversation, CHANNEL, posted.client_id, posted.text, posted.choice)
    if not message_rate().allows(conversation) and not _alarming(await _screened(inbound)):
        return refused(request, 429, "too_many")
    try:
        return JsonResponse(_shown(await desk().receive(inbound)))
    except ObjectDoesNotExist:  # deleted by its patient while it waited for its turn
        raise NoConversation(conversation) from None
    except NotSaved:
        return refused(request, 503, "not_saved", alarm=await _safety_words(inbound))
    except (Error, TimeoutError):
        # stored, and not answered yet: the sweeper will; the patient finds the reply in the history
        return refused(request, 503, "no_answer", alarm=await _safety_words(inbound))


async def _screened(inbound: Inbound) -> Screened:
    """Triage's verdict outside of the record, for a message that may not be stored."""
    return await desk().in_database(lambda: screen(inbound.text, conversation=inbound.conversation))


def _alarming(screened: Screened) -> bool:
    """Whether a message may not be refused for its number: an alarm, or triage cannot tell."""
    return screened.failed or screened.level.word in ALARMS


async def _safety_words(inbound: Inbound) -> Reply | None:
    """What must be read even when nothing could be saved or answered; None when there is no alarm."""
    screened = await _screened(inbound)
    if screened.level.word not in ALARMS:
        return None
    suicide, language = bool(screened.evidence["suicide"]), str(screened.evidence["language"])
    return desk().words.safety(screened.level.word, suicide=suicide, language=language, channel=CHANNEL)


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
