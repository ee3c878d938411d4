"""Settings of single sign-on: which identity provider, and whose groups are which role. Read by service/settings.py alone.

Signing in itself is console/single_sign_on.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from console.roles import ROLES
from service import environment

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PATIENCE = 5  # seconds for each question to the provider


@dataclass(frozen=True)
class IdentityProvider:
    """`issuer`: its address, as its tokens name it. `claim`: what holds a person's groups; `roles`: group → our role."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    claim: str
    roles: Mapping[str, str]


def read(secrets: Path) -> IdentityProvider | None:
    """What the environment says; None when NK92_OIDC_CLIENT_ID is not set."""
    client = environment.text("NK92_OIDC_CLIENT_ID", "")
    if not client:
        return None
    return IdentityProvider(
        issuer=_issuer(environment.text("NK92_OIDC_ISSUER", "")),
        client=client,
        secret=environment.secret(secrets, "oidc_secret"),
        claim=environment.text("NK92_OIDC_ROLES_CLAIM", "roles"),
        roles=_roles(environment.text("NK92_OIDC_ROLES", "")),
    )


def _issuer(written: str) -> str:
    parts = urlsplit(written)
    if not (parts.hostname and (parts.scheme == "https" or parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise ImproperlyConfigured(f"NK92_OIDC_ISSUER={written!r} must be the https:// address of the identity provider.")
    return written


def _roles(written: str) -> Mapping[str, str]:
    """Pairs like `group=role`, separated by commas; without any, a group is called as the role is."""
    if not written:
        return {role: role for role in ROLES}
    found = {}
    for pair in written.split(","):
        group, _, role = (part.strip() for part in pair.rpartition("="))
        if not group or role not in ROLES:
            raise ImproperlyConfigured(f"NK92_OIDC_ROLES: {pair.strip()!r} must look like group=role, with one of {', '.join(ROLES)}.")
        found[group] = role
    return found


def as_settings(provider: IdentityProvider | None) -> dict[str, Any]:
    """mozilla-django-oidc's settings; nothing without a provider."""
    if provider is None:
        return {}
    return {
        # first, because django-axes counts failures by name, and a failure here has none: five would shut out the whole clinic
        "AUTHENTICATION_BACKENDS": [
            "console.single_sign_on.Provider",
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "OIDC_RP_SCOPES": "openid profile email",
        "OIDC_USE_PKCE": True,
        "OIDC_TIMEOUT": PATIENCE,
        "OIDC_AUTHENTICATION_CALLBACK_URL": "oidc_authentication_callback",
        "OIDC_AUTHENTICATE_CLASS": "console.single_sign_on.Departure",
        "OIDC_CALLBACK_CLASS": "console.single_sign_on.Callback",
    }
