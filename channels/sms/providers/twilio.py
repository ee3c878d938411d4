"""Twilio: sending through its SDK, and finding what was sent."""

from __future__ import annotations

from datetime import datetime

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from channels.sms.configuration import STATUS_PATH, Texting
from channels.sms.providers.interface import NotSent, Outgoing
from channels.sms.providers.twilio_form import TwilioForm

SECONDS = 10.0  # for one request
LOOKED_THROUGH = 50  # texts, when one may have gone out before
BUSY = (408, 425, 429)


class TwilioProvider(TwilioForm):
    """`http`: another transport, for tests."""

    def __init__(self, texting: Texting, http: HttpClient | None = None) -> None:
        super().__init__(texting)
        self._client = Client(texting.account, texting.auth_token, http_client=http or TwilioHttpClient(timeout=SECONDS))

    def send(self, text: Outgoing) -> str:
        sender = (
            {"messaging_service_sid": self.texting.messaging_service}
            if self.texting.messaging_service
            else {"from_": self.texting.number}
        )
        callback = f"{self.texting.public_url}{STATUS_PATH}?key={text.key}"
        try:
            sent = self._client.messages.create(to=text.number, body=text.text, status_callback=callback, **sender)
        except TwilioRestException as problem:
            raise _not_sent(problem) from problem
        except (TwilioException, requests.RequestException) as problem:
            raise NotSent("no answer", unsure=True) from problem
        return str(sent.sid)

    def find(self, text: Outgoing, *, since: datetime) -> str:
        try:
            sent = self._client.messages.list(to=text.number, date_sent_after=since, limit=LOOKED_THROUGH)
        except (TwilioException, requests.RequestException) as problem:
            raise NotSent("no answer", unsure=True) from problem
        return next((str(one.sid) for one in sent if one.body == text.text and str(one.direction) != "inbound"), "")


def _not_sent(problem: TwilioRestException) -> NotSent:
    busy = problem.status in BUSY or problem.status >= 500
    return NotSent(str(problem.code or problem.status), permanent=not busy, unsure=problem.status >= 500)
