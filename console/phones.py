"""Telephone numbers as staff see them: masked until asked for."""

from __future__ import annotations

import phonenumbers

SHOWN = 4
HOME = 1  # North America


def masked(number: str) -> str:
    """ "••• ••• 0142"; "" for none."""
    return f"••• ••• {number[-SHOWN:]}" if number else ""


def whole(number: str) -> str:
    """The E.164 number as people write it at home (+1), or with its country code."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == HOME
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, form))
