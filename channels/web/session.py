"""The session token: signed by us, bound to one conversation, with an end. No client names a conversation."""

from __future__ import annotations

import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing

SALT = "channels.web.session"
CANARY_HEADER = "X-NK92-Canary"


class SessionOver(Exception):
    """The token is missing, forged or too old. Permanent: a new session is needed."""

    permanent = True


def lifetime() -> timedelta:
    return timedelta(hours=settings.SESSION_HOURS)


def issue(conversation: str) -> str:
    """A token for `conversation`."""
    return signing.dumps(conversation, salt=SALT)


def conversation_of(authorization: str) -> str:
    """The conversation that the header "Bearer <token>" belongs to; raises SessionOver."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise SessionOver
    try:
        conversation = signing.loads(token.strip(), salt=SALT, max_age=lifetime())
    except signing.BadSignature as problem:
        raise SessionOver from problem
    if not isinstance(conversation, str):
        raise SessionOver
    return conversation


def is_canary(header: str) -> bool:
    """Whether the request proves to be one of our own canaries."""
    return bool(header) and hmac.compare_digest(header.encode(), settings.GATEWAY_SECRET.encode())


def language_of(header: str) -> str:
    """The language of refusals: what Accept-Language names first, where the clinic speaks it."""
    first = header.strip()[:2].lower()
    return first if first in settings.CLINIC.languages else "en"
