"""The provider's webhooks. The signature is checked before anything else; the answer is empty, and the work comes after it."""

from __future__ import annotations

import structlog
from django.core.exceptions import SuspiciousOperation
from django.db import Error
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from channels.sms.configuration import STATUS_PATH, TEXT_PATH
from channels.sms.deliveries import note_status
from channels.sms.desk import provider, reception
from channels.sms.gsm import plain
from channels.sms.providers.interface import Incoming, Parameters, Provider, Unusable
from channels.sms.reception import CHANNEL
from intake.front_desk import NotSaved, desk
from intake.record import screen
from wording import ALARMS

logger = structlog.stdlib.get_logger(__name__)

FORM = "application/x-www-form-urlencoded"
XML = "text/xml; charset=utf-8"
SIGNATURE = "X-Twilio-Signature"


class NotOurs(Exception):
    """The webhook is not signed by our provider. Permanent."""

    permanent = True


async def inbound(request: HttpRequest) -> HttpResponse:
    """POST /sms/inbound: a patient's text. Stored when the answer leaves."""
    if request.method != "POST":
        return HttpResponse(status=405)
    carrier = provider()
    if carrier is None:
        return HttpResponse(status=404)
    try:
        incoming = carrier.read_text(_genuine(request, carrier, TEXT_PATH))
    except NotOurs:
        return HttpResponse(status=403)
    except Unusable as problem:
        logger.warning("sms.unusable", what=str(problem))
        return HttpResponse(carrier.acknowledgement(), content_type=XML)
    try:
        message = await desk().accept(lambda: reception().take(incoming))
    except Exception as problem:  # the outermost edge: whatever it is, a patient must not meet silence
        if not isinstance(problem, NotSaved):
            logger.error("sms.not_taken", problem=type(problem).__name__)
        return HttpResponse(carrier.acknowledgement(await _not_saved(incoming)), content_type=XML)
    logger.info("sms.received", message=message.id, fresh=message.fresh, care=message.level)
    return HttpResponse(carrier.acknowledgement(), content_type=XML)


async def status(request: HttpRequest) -> HttpResponse:
    """POST /sms/status?key=…: what became of a text."""
    if request.method != "POST":
        return HttpResponse(status=405)
    carrier = provider()
    if carrier is None:
        return HttpResponse(status=404)
    try:
        parameters = _genuine(request, carrier, STATUS_PATH)
        told = carrier.read_status(request.GET.get("key", "")[:40], parameters)
        known = await desk().in_database(lambda: note_status(told, timezone.now()))
    except NotOurs:
        return HttpResponse(status=403)
    except Unusable as problem:
        logger.warning("sms.status_unusable", what=str(problem))
    except Error as problem:
        logger.error("sms.status_not_saved", problem=type(problem).__name__)
        return HttpResponse(status=503)
    else:
        if not known:
            logger.warning("sms.status_of_unknown_text")
    return HttpResponse(status=204)


def _genuine(request: HttpRequest, carrier: Provider, path: str) -> Parameters:
    """The parameters of a webhook that is signed; raises NotOurs."""
    query = request.META.get("QUERY_STRING", "")
    try:
        form = QueryDict(request.body) if request.content_type in (FORM, "") else QueryDict()
        parameters = {name: tuple(values) for name, values in form.lists()}
        signed = carrier.is_genuine(f"{path}?{query}" if query else path, parameters, request.headers.get(SIGNATURE, ""))
    except (SuspiciousOperation, UnicodeError):
        signed = False
    if not signed:
        logger.warning("sms.not_signed", path=path)
        raise NotOurs
    return parameters


async def _not_saved(incoming: Incoming) -> list[str]:
    """Said at once, with the answer to the webhook, when nothing could be stored: safety words first."""
    words = desk().words
    said = [words.refusal("not_saved", CHANNEL)]
    screened = await desk().in_database(lambda: screen(incoming.text, conversation=""))
    if screened.level.word in ALARMS:
        suicide, language = bool(screened.evidence["suicide"]), str(screened.evidence["language"])
        said.insert(0, words.safety(screened.level.word, suicide=suicide, language=language, channel=CHANNEL).text)
    return [plain(text) for text in said]
