"""Reads how texts (SMS) are set up. What is wrong or missing stops the start and says how to mend it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from channels.sms.configuration import Texting
from channels.sms.number import E164
from service import environment

PROVIDERS = ("fake", "twilio", "off")
ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
YES_NO = ("yes", "no")


def read(*, var: Path, secrets: Path, public_url: str) -> Texting:
    """The channel's settings; raises ImproperlyConfigured."""
    provider = environment.choice("NK92_SMS_PROVIDER", "fake", PROVIDERS)
    number_key = environment.secret(secrets, "number_key")
    real = provider == "twilio"
    url = environment.address("NK92_SMS_PUBLIC_URL", public_url)
    account, number, service = (
        environment.text(name, "") for name in ("NK92_SMS_ACCOUNT", "NK92_SMS_NUMBER", "NK92_SMS_MESSAGING_SERVICE")
    )
    if real:
        _check(url, account, number, service)
    # the fake provider signs for itself: its token is no secret to guard, and none that a real provider knows
    token = environment.secret(secrets, "sms_auth_token") if real else hashlib.sha256(f"fake:{number_key}".encode()).hexdigest()
    return Texting(
        provider=provider,
        public_url=url,
        join_seconds=environment.number("NK92_SMS_JOIN_SECONDS", 4, at_most=30),
        safety_after_stop=environment.choice("NK92_SMS_SAFETY_AFTER_STOP", "yes", YES_NO) == "yes",
        number_key=number_key,
        auth_token=token,
        account=account,
        number=number,
        messaging_service=service,
        phones=var / "phones",
    )


def _check(url: str, account: str, number: str, service: str) -> None:
    if not ACCOUNT.fullmatch(account):
        raise ImproperlyConfigured("NK92_SMS_ACCOUNT must be the account's SID: AC and 32 hexadecimal digits, from Twilio's console.")
    if bool(number) == bool(service):
        raise ImproperlyConfigured("Set one of NK92_SMS_NUMBER and NK92_SMS_MESSAGING_SERVICE: what texts are sent from.")
    if number and not E164.fullmatch(number):
        raise ImproperlyConfigured('NK92_SMS_NUMBER must be written like "+13035550142".')
    if service and not MESSAGING_SERVICE.fullmatch(service):
        raise ImproperlyConfigured("NK92_SMS_MESSAGING_SERVICE must be the service's SID: MG and 32 hexadecimal digits.")
    if not url.startswith("https://"):
        raise ImproperlyConfigured(
            "NK92_SMS_PUBLIC_URL (or NK92_PUBLIC_URL) must be the https address that Twilio calls, such as https://nk92.clinic.example."
        )
