"""The webhook half of Twilio, which needs no network: signature and form. The fake provider speaks the same form.

It stands apart because the SDK's other half takes a third of a second to import.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from twilio.request_validator import RequestValidator

from channels.sms.configuration import Texting
from channels.sms.number import NoNumber, e164
from channels.sms.providers.interface import Incoming, Parameters, Status, Unusable

ID = re.compile(r"[A-Za-z0-9]{3,40}")  # SM or MM and 32 digits, as of today
LONGEST_WORD = 20


class TwilioForm:
    """Proves and reads Twilio's webhooks."""

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


def parameter(parameters: Parameters, name: str) -> str:
    """The first value of a parameter; "" for one that is missing."""
    return next(iter(parameters.get(name, ())), "")
