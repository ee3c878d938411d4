"""What this process has one of: the provider and the reception, by the settings."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from channels.sms.configuration import Texting
from channels.sms.providers import provider_of
from channels.sms.providers.interface import Provider
from channels.sms.reception import Reception
from intake.front_desk import desk


def texting() -> Texting:
    found: Texting = settings.TEXTING
    return found


@lru_cache(maxsize=1)
def provider() -> Provider | None:
    """None when texts are off."""
    return provider_of(texting())


@lru_cache(maxsize=1)
def reception() -> Reception:
    return Reception(texting(), desk().words)
