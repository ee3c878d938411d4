"""Twilio: its signature, the form of its webhooks, and sending through its SDK."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from xml.sax.saxutils import escape

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from channels.sms.configuration import STATUS_PATH, Texting
from channels.sms.number import NoNumber, e164
from channels.sms.providers.interface import Incoming, NotSent, Outgoing, Parameters, Status, Unusable

ID = re.compile(r"[A-Za-z0-9]{3,40}")  # SM or MM and 32 digits, as of today
SECONDS = 10.0  # for one request
LOOKED_THROUGH = 50  # texts, when one may have gone out before
BUSY = (408, 425, 429)
LONGEST_WORD = 20


class TwilioForm:
    """The webhook half of Twilio, which needs no network: the fake provider speaks the same form."""

    def __init__(self, texting: Texting) -> None:
        self.texting = texting
        self.validator = RequestValidator(texting.auth_token)

    def is_genuine(self, path: str, parameters: Parameters, signature: str) -> bool:
        """A parameter that stands twice could hide a value from the signature, which joins names and values."""
        if not signature or any(len(values) != 1 for values in parameters.values()):
            return False
        signed = {name: values[0] for name, values in parameters.items()}
        return bool(self.validator.validate(self.texting.public_url + path, signed, signature))

    def read_text(self, parameters: Parameters) -> Incoming:
        number = parameter(parameters, "MessageSid")
        if not ID.fullmatch(number):
            raise Unusable("MessageSid")
        try:
            sender = e164(parameter(parameters, "From"))
        except NoNumber as problem:
            raise Unusable("From") from problem
        pictures = parameter(parameters, "NumMedia")
        return Incoming(
            id=number,
            number=sender,
            text=parameter(parameters, "Body"),
            pictures=int(pictures) if pictures.isdecimal() and len(pictures) < 4 else 0,
            keyword=parameter(parameters, "OptOutType").lower(),
        )

    def read_status(self, key: str, parameters: Parameters) -> Status:
        number = parameter(parameters, "MessageSid")
        state, error = parameter(parameters, "MessageStatus"), parameter(parameters, "ErrorCode")
        if not ID.fullmatch(number) or not state.isalpha():
            raise Unusable("MessageSid or MessageStatus")
        return Status(key, number, state[:LONGEST_WORD], error[:LONGEST_WORD])

    def acknowledgement(self, texts: Sequence[str] = ()) -> str:
        said = "".join(f"<Message>{escape(text)}</Message>" for text in texts)
        return f'<?xml version="1.0" encoding="UTF-8"?><Response>{said}</Response>'


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


def parameter(parameters: Parameters, name: str) -> str:
    """The first value of a parameter; "" for one that is missing."""
    return next(iter(parameters.get(name, ())), "")


def _not_sent(problem: TwilioRestException) -> NotSent:
    busy = problem.status in BUSY or problem.status >= 500
    return NotSent(str(problem.code or problem.status), permanent=not busy, unsure=problem.status >= 500)
