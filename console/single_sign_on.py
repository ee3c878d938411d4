"""Sign-in by the clinic's identity provider (OpenID Connect): its roles claim decides, for each sign-in anew."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.http import HttpResponseBase
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView

from console.roles import ROLES
from console.second_factor import MARK


class Provider(OIDCAuthenticationBackend):
    """Accounts whose claim names one of our roles; nobody else gets in."""

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        return bool(self.get_username(claims)) and bool(roles_in(claims))

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
        user.groups.set(Group.objects.filter(name__in=roles_in(claims)))
        return user


class Callback(OIDCAuthenticationCallbackView):
    """Where the provider sends the browser back to."""

    def login_success(self) -> HttpResponseBase:
        library: Any = super()  # it is untyped
        answer: HttpResponseBase = library.login_success()
        self.request.session[MARK] = True
        return answer


def roles_in(claims: dict[str, Any]) -> list[str]:
    """Our roles among those of the claim."""
    named = claims.get(settings.OIDC["roles"]) or []
    return [role for role in ROLES if role in ([named] if isinstance(named, str) else named)]
