"""Where the identity provider's pages are: its discovery document (OpenID Connect Discovery 1.0), read when somebody signs in.

Never at the start of the service, which patients need also when the provider is down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache

KEPT = 3600  # seconds
PATIENCE = 5  # seconds
WELL_KNOWN = "/.well-known/openid-configuration"


class NoSignOn(Exception):
    """Nobody was signed in; the message says why, without personal data."""

    permanent = False


@dataclass(frozen=True)
class Addresses:
    """`user`: "" when all claims are in the ID token. `basic`: the client's secret goes into a header, not into the form."""

    authorization: str
    token: str
    keys: str
    user: str
    basic: bool


def provider() -> Any:
    """The one of the settings (service/single_sign_on.py). Raises NoSignOn without one."""
    if settings.OIDC is None:
        raise NoSignOn("no identity provider is set")
    return settings.OIDC


def addresses() -> Addresses:
    """Of the provider of the settings. Raises NoSignOn when it cannot be reached, or is another one."""
    issuer = provider().issuer
    key = f"console.discovery:{issuer}"
    found: Addresses | None = cache.get(key)
    if found is None:
        found = _read(_document(issuer), issuer)
        cache.set(key, found, KEPT)
    return found


def _document(issuer: str) -> dict[str, Any]:
    try:
        answer = httpx.get(issuer.rstrip("/") + WELL_KNOWN, timeout=PATIENCE).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as problem:
        raise NoSignOn(f"the discovery document could not be read: {type(problem).__name__}") from problem
    return answer if isinstance(answer, dict) else {}


def _read(document: dict[str, Any], issuer: str) -> Addresses:
    if document.get("issuer") != issuer:
        raise NoSignOn("the discovery document is of another issuer")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    authorization, token, keys, user = (str(document.get(name) or "") for name in names)
    scheme = issuer.partition(":")[0] + "://"
    if not all(url.startswith(scheme) for url in (authorization, token, keys, user or issuer)):
        raise NoSignOn("the discovery document lacks an address, or has one that is less safe than the issuer's")
    ways = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Addresses(authorization, token, keys, user, basic="client_secret_post" not in ways)
