"""Whoever carries the texts, behind one interface. A new provider is one file here and one line in `provider_of`."""

from __future__ import annotations

from channels.sms.configuration import Texting
from channels.sms.providers.fake import FakeProvider
from channels.sms.providers.interface import Provider


def provider_of(texting: Texting) -> Provider | None:
    """The provider of the settings; None when texts are off."""
    if texting.provider == "twilio":
        from channels.sms.providers.twilio import TwilioProvider  # its SDK is slow to import, and only then needed

        return TwilioProvider(texting)
    return FakeProvider(texting) if texting.provider == "fake" else None
