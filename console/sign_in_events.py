"""Brings sign-ins, failures and sign-outs into the audit trail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from console import audit
from console.roles import role_of


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="console.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="console.signed_out")
    user_login_failed.connect(_failed, dispatch_uid="console.failed")


def _address(request: Any) -> str:
    return request.META.get("REMOTE_ADDR", "") if request is not None else ""


def _signed_in(request: Any, user: Any, **given: Any) -> None:
    audit.write(user.get_username(), "signed in", role=role_of(user), address=_address(request))


def _signed_out(request: Any, user: Any, **given: Any) -> None:
    if user is not None:
        audit.write(user.get_username(), "signed out", role=role_of(user), address=_address(request))


def _failed(credentials: Any, request: Any = None, **given: Any) -> None:
    name = str(credentials.get("username") or "")[:150]
    audit.write(name or "nobody", "sign-in failed", address=_address(request))
