"""A page with two telephones, for demonstrations: its texts go through the real webhook, signed as the provider signs.

Only with the fake provider, and only under a name of this machine itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

from channels.sms.configuration import TEXT_PATH
from channels.sms.desk import provider
from channels.sms.gsm import plain, segments
from channels.sms.providers.fake import OURS, FakeProvider
from channels.sms.views import FORM, SIGNATURE

PHONES = ({"name": "Maria", "number": "+13035550171"}, {"name": "Sam", "number": "+13035550172"})
NUMBERS = [phone["number"] for phone in PHONES]
OWN_NAMES = ("127.0.0.1", "localhost", "::1", "testserver")
SECONDS = 10.0
View = Callable[[HttpRequest], Coroutine[Any, Any, HttpResponseBase]]


def for_demonstration(view: View) -> View:
    """404 unless the provider is the fake one and the page is asked for on this very machine."""

    @wraps(view)
    async def guarded(request: HttpRequest) -> HttpResponseBase:
        name = urlsplit(f"//{request.get_host()}").hostname or ""
        if not isinstance(provider(), FakeProvider) or name not in OWN_NAMES:
            raise Http404
        return await view(request)

    return guarded


def _fake() -> FakeProvider:
    found = provider()
    assert isinstance(found, FakeProvider)
    return found


@for_demonstration
async def page(request: HttpRequest) -> HttpResponse:
    return render(request, "sms/simulator.html", {"clinic": settings.CLINIC, "phones": PHONES, "ours": OURS})


@for_demonstration
async def texts(request: HttpRequest) -> HttpResponse:
    """What both telephones show."""
    return JsonResponse({number: [_shown(one) for one in _fake().texts_of(number)] for number in NUMBERS})


@for_demonstration
async def send(request: HttpRequest) -> HttpResponse:
    """POST {"number", "text", "picture"}: a text from one of the telephones, through the real webhook."""
    origin = request.headers.get("Origin")
    if request.method != "POST" or (origin is not None and urlsplit(origin).netloc != request.get_host()):
        raise Http404
    try:
        asked = json.loads(request.body)
        number, text, picture = str(asked["number"]), str(asked["text"]), bool(asked.get("picture"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"sent": False}, status=400)
    if number not in NUMBERS:
        return JsonResponse({"sent": False}, status=400)
    form = _fake().webhook(number, text, pictures=int(picture))
    _fake().note(number, {"from": "patient", "sid": form["MessageSid"], "text": text, "picture": picture})
    host, port = _listens_at(request)
    headers = {SIGNATURE: _fake().signed(TEXT_PATH, form), "Content-Type": FORM}
    async with httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client:
        answer = await client.post(f"http://{host}:{port}{TEXT_PATH}", data=form, headers=headers)
    return JsonResponse({"sent": answer.status_code == 200, "status": answer.status_code})


def _listens_at(request: HttpRequest) -> tuple[str, int]:
    """Where this very process listens: no name that a client has sent."""
    assert isinstance(request, ASGIRequest)
    host, port = request.scope["server"]
    return str(host), int(port)


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    text = str(one["text"])
    return {"from": one["from"], "text": text, "at": one["at"], "picture": bool(one.get("picture")), "segments": segments(plain(text))}
