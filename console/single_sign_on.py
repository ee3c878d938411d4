"""Sign-in by the clinic's identity provider (OpenID Connect): its roles claim decides, for each sign-in anew.

mozilla-django-oidc walks the code flow with state, nonce and PKCE; what it leaves open is here: issuer, audience and age of the ID
token, whose claims they are, and that every failure ends on the sign-in page and in the audit trail.
"""

from __future__ import annotations

from typing import Any

import jwt
import structlog
from django.contrib import messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views import View
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView
from requests import RequestException

from console import audit
from console.discovery import NoSignOn, addresses, provider
from console.roles import ROLES
from console.second_factor import MARK

ALGORITHM = "RS256"
CLOCKS_DIFFER = 60  # seconds
NEEDED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
WRONG = (SuspiciousOperation, RequestException, jwt.PyJWTError, LookupError, TypeError, ValueError)  # what strange answers lead to
SORRY = "Signing in with your clinic account did not work. Try again, or ask an administrator whether you have a role here."
logger = structlog.stdlib.get_logger(__name__)


class Provider(OIDCAuthenticationBackend):
    """Accounts whose claim names one of our roles; nobody else gets in."""

    def __init__(self) -> None:
        # Not the library's: Django makes this object for each request of who is signed in, also when the provider is down.
        self.UserModel = User
        self.OIDC_RP_CLIENT_ID = provider().client
        self.OIDC_RP_CLIENT_SECRET = provider().secret
        self.OIDC_RP_SIGN_ALGO = ALGORITHM
        self.OIDC_RP_IDP_SIGN_KEY = None

    def authenticate(self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **given: Any) -> User | None:
        """Who comes back from the provider; None for a sign-in by password. Raises NoSignOn."""
        if not given.get("nonce"):
            return None
        library: Any = super()  # it is untyped
        found = addresses()
        self.OIDC_OP_TOKEN_ENDPOINT, self.OIDC_OP_JWKS_ENDPOINT, self.OIDC_OP_USER_ENDPOINT = found.token, found.keys, found.user
        try:
            user: User | None = library.authenticate(request, **given)
        except WRONG as problem:
            raise NoSignOn(f"the answer is not valid: {type(problem).__name__}") from problem
        if user is None:
            raise NoSignOn("the answer names nobody")
        return user

    @staticmethod
    def get_settings(attr: str, *args: Any) -> Any:
        if attr == "OIDC_TOKEN_USE_BASIC_AUTH":
            return addresses().basic
        return OIDCAuthenticationBackend.get_settings(attr, *args)

    def get_user(self, user_id: int) -> User | None:
        """Nobody when the account has ended: the session ends with it."""
        return User.objects.filter(pk=user_id, is_active=True).first()

    def _verify_jws(self, payload: str, key: jwt.PyJWK) -> dict[str, Any]:
        """The claims of an ID token that is signed, for us, from our provider, and not too old (OpenID Connect Core, 3.1.3.7)."""
        claims = jwt.decode(
            payload, key, algorithms=[ALGORITHM], audience=self.OIDC_RP_CLIENT_ID, issuer=provider().issuer, leeway=CLOCKS_DIFFER,
            options={"require": NEEDED},
        )  # fmt: skip
        if claims.get("azp", self.OIDC_RP_CLIENT_ID) != self.OIDC_RP_CLIENT_ID:
            raise NoSignOn("the ID token was made for another client")
        return claims

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The ID token's claims, and what the provider says of the same person beyond them."""
        if not self.OIDC_OP_USER_ENDPOINT:
            return payload
        library: Any = super()
        more: dict[str, Any] = library.get_userinfo(access_token, id_token, payload)
        if more.get("sub") != payload["sub"]:
            raise NoSignOn("the user page speaks of somebody else")
        return {**payload, **more}

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        if not self.get_username(claims):
            raise NoSignOn("the provider gives no name")
        if not roles_in(claims):
            raise NoSignOn("none of the groups has a role here")
        return True

    def get_username(self, claims: dict[str, Any]) -> str:
        return str(claims.get("preferred_username") or claims.get("email") or "")[:150]

    def filter_users_by_claims(self, claims: dict[str, Any]) -> Any:
        return User.objects.filter(username=self.get_username(claims))

    def create_user(self, claims: dict[str, Any]) -> User:
        user = User.objects.create_user(self.get_username(claims))
        user.set_unusable_password()
        user.save()
        return self.update_user(user, claims)

    def update_user(self, user: User, claims: dict[str, Any]) -> User:
        if not user.is_active:
            raise NoSignOn("the account has ended here")
        if user.has_usable_password() and user.groups.filter(name="administrator").exists():
            raise NoSignOn("the name belongs to a local administrator")  # who is there for the day when the provider is down
        user.groups.set(Group.objects.filter(name__in=roles_in(claims)))
        return user


class Departure(OIDCAuthenticationRequestView):
    """Sends the browser to the provider."""

    def __init__(self, **given: Any) -> None:
        View.__init__(self, **given)
        self.OIDC_RP_CLIENT_ID = provider().client

    def get(self, request: HttpRequest) -> HttpResponseBase:
        try:
            self.OIDC_OP_AUTH_ENDPOINT = addresses().authorization
        except NoSignOn as problem:
            return _refused(request, problem)
        library: Any = super()
        answer: HttpResponseBase = library.get(request)
        return answer


class Callback(OIDCAuthenticationCallbackView):
    """Where the provider sends the browser back to."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        library: Any = super()
        try:
            answer: HttpResponseBase = library.get(request)
        except NoSignOn as problem:
            return _refused(request, problem)
        except SuspiciousOperation:
            return _refused(request, NoSignOn("nobody here asked for this answer"))
        return answer

    def login_success(self) -> HttpResponseBase:
        library: Any = super()
        answer: HttpResponseBase = library.login_success()
        self.request.session[MARK] = True
        return answer

    def login_failure(self) -> HttpResponseBase:
        return _refused(self.request, NoSignOn("the provider refused, or nobody here asked"))


def roles_in(claims: dict[str, Any]) -> list[str]:
    """Our roles of the groups in the claim."""
    named = claims.get(provider().claim) or []
    groups = [named] if isinstance(named, str) else named
    found = {provider().roles.get(str(group)) for group in groups}
    return [role for role in ROLES if role in found]


def _refused(request: HttpRequest, problem: NoSignOn) -> HttpResponse:
    logger.warning("single sign-on refused", why=str(problem))
    audit.write("nobody", "single sign-on refused", address=request.META.get("REMOTE_ADDR", ""), why=str(problem))
    messages.error(request, SORRY)
    return redirect("console:sign_in")
