"""The second factor: a code from an authenticator app (TOTP), with recovery codes for a lost telephone."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from console.models import FirstPassword

MARK = "single_sign_on"  # in the session: the identity provider has asked for its own second factor
DEMO_USER = "demo"
RECOVERY_CODES = 8


def missing_step(request: HttpRequest) -> str:
    """The address of what a signed-in user still has to do; "" when nothing."""
    user: Any = request.user
    if not user.is_authenticated or request.session.get(MARK):
        return ""
    if settings.DEMO and user.get_username() == DEMO_USER:
        return ""
    if not user.is_verified():
        return "console:second_factor" if has_device(user) else "console:set_up"
    return "console:password" if FirstPassword.objects.filter(user=user).exists() else ""


def has_device(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_device(user: User) -> TOTPDevice:
    """The device that the user is about to confirm: the same until then."""
    found: TOTPDevice | None = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    return found if found is not None else TOTPDevice.objects.create(user=user, name="authenticator", confirmed=False)


def confirm(device: TOTPDevice) -> list[str]:
    """The device counts from now on; gives recovery codes, which are shown once."""
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    StaticDevice.objects.filter(user=device.user).delete()
    box = StaticDevice.objects.create(user=device.user, name="recovery")
    codes = [f"{secrets.randbelow(10**10):010d}" for _ in range(RECOVERY_CODES)]
    for code in codes:
        box.token_set.create(token=code)
    return codes


def forget(user: User) -> None:
    """The user sets up a new device at the next sign-in."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def picture(device: TOTPDevice) -> str:
    """The QR code as SVG, without inline style."""
    return str(segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=""))


def key_of(device: TOTPDevice) -> str:
    """The key for typing it in, in groups of four."""
    key = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[place : place + 4] for place in range(0, len(key), 4))
