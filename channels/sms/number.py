"""Phone numbers: E.164, and the keyed hash that stands for a number everywhere else. A number never goes into a log."""

from __future__ import annotations

import hashlib
import hmac
import re

import phonenumbers

E164 = re.compile(r"\+[1-9]\d{6,14}")
PREFIX = "sms_"


class NoNumber(Exception):
    """The sender is no telephone (a short code, a name). Permanent."""

    permanent = True


def e164(written: str) -> str:
    """The number as "+13035550142"; raises NoNumber. New ranges count: a patient's carrier knows them before we do.

    What follows the digits is not cut off: a number that is not one as a whole is none.
    """
    if not E164.fullmatch(written):
        raise NoNumber
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException as problem:
        raise NoNumber from problem
    read = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not phonenumbers.is_possible_number(number):
        raise NoNumber
    return read


def conversation_id(number: str, *, key: str) -> str:
    """The conversation of a number: nobody without the key finds it from the number, or the number from it."""
    return PREFIX + hmac.new(key.encode(), number.encode(), hashlib.sha256).hexdigest()[:32]
