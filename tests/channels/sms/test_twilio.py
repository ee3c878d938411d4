"""Twilio's SDK over a transport that is ours: what goes out, and how each kind of trouble is read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from twilio.http import HttpClient
from twilio.http.response import Response

from channels.sms.providers.interface import NotSent, Outgoing
from channels.sms.providers.twilio import TwilioProvider
from tests.channels.sms.talk import TEXTING

TEXT = Outgoing("7-0", "+13035550171", "Call 911 now.")
ACCOUNT = "AC" + "0" * 32
NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Transport(HttpClient):
    """Answers with what it was given, and keeps what it was asked."""

    def __init__(self, status: int = 201, body: object = None, trouble: Exception | None = None) -> None:
        super().__init__(None, False, 10.0)
        self._answer = Response(status, json.dumps(body or {"sid": "SM" + "1" * 32}))
        self._trouble = trouble
        self.asked: list[dict[str, Any]] = []

    def request(self, method: str, url: str, params: Any = None, data: Any = None, **more: Any) -> Response:  # type: ignore[override]
        self.asked.append({"method": method, "url": url, "params": params, "data": data})
        if self._trouble:
            raise self._trouble
        return self._answer


def provider(transport: Transport, **changes: str) -> TwilioProvider:
    return TwilioProvider(replace(TEXTING, provider="twilio", account=ACCOUNT, **{"number": "+13035550100", **changes}), transport)


def test_text_goes_out_with_its_callback() -> None:
    transport = Transport()
    assert provider(transport).send(TEXT) == "SM" + "1" * 32
    (asked,) = transport.asked
    assert asked["url"].endswith(f"/Accounts/{ACCOUNT}/Messages.json")
    assert (asked["data"]["To"], asked["data"]["From"], asked["data"]["Body"]) == (TEXT.number, "+13035550100", TEXT.text)
    assert asked["data"]["StatusCallback"] == "https://nk92.clinic.example/sms/status?key=7-0"


def test_messaging_service_takes_the_place_of_the_number() -> None:
    transport = Transport()
    provider(transport, number="", messaging_service="MG" + "2" * 32).send(TEXT)
    assert transport.asked[0]["data"]["MessagingServiceSid"] == "MG" + "2" * 32
    assert "From" not in transport.asked[0]["data"]


@pytest.mark.parametrize(
    ("status", "code", "permanent", "unsure"),
    [(400, 21610, True, False), (400, 21211, True, False), (429, 20429, False, False), (500, 20500, False, True), (503, 20503, False, True)],
)
def test_trouble_is_read(status: int, code: int, permanent: bool, unsure: bool) -> None:
    with pytest.raises(NotSent) as caught:
        provider(Transport(status, {"code": code, "message": "to +13035550171", "status": status})).send(TEXT)
    assert (caught.value.code, caught.value.permanent, caught.value.unsure) == (str(code), permanent, unsure)
    assert "+1303" not in str(caught.value)


@pytest.mark.parametrize("trouble", [requests.ConnectionError(), requests.Timeout()])
def test_silence_leaves_it_open_whether_the_text_went_out(trouble: Exception) -> None:
    with pytest.raises(NotSent) as caught:
        provider(Transport(trouble=trouble)).send(TEXT)
    assert caught.value.unsure and not caught.value.permanent


@pytest.mark.parametrize(("body", "sid"), [("Call 911 now.", "SM" + "3" * 32), ("Another text", "")])
def test_text_that_went_out_before_is_found_by_its_words(body: str, sid: str) -> None:
    sent = {"sid": "SM" + "3" * 32, "body": body, "direction": "outbound-api", "to": TEXT.number}
    transport = Transport(200, {"messages": [sent], "page": 0, "page_size": 50, "next_page_uri": None})
    assert provider(transport).find(TEXT, since=NOW) == sid
    assert transport.asked[0]["params"]["To"] == TEXT.number


def test_words_for_a_webhook_cannot_become_markup() -> None:
    said = provider(Transport()).acknowledgement(["1 < 2 & </Message>"])
    assert said.endswith("<Response><Message>1 &lt; 2 &amp; &lt;/Message&gt;</Message></Response>")
