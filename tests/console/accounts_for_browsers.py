"""Makes the staff of the browser tests in the database of a running service; run as a program with its environment."""

from __future__ import annotations

import os

KEY = "3132333435363738393031323334353637383930"
PASSWORD = "three quiet herons 7"
STAFF = {"ann": ("nurse",), "ben": ("nurse",), "pat": ("coordinator", "administrator", "auditor")}
AT_THE_DOOR = ("eve", "new")  # nurses of the tests of signing in; the last one has no second factor yet


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
    django.setup()
    from django.contrib.auth.models import Group, User
    from django_otp.plugins.otp_totp.models import TOTPDevice

    for name, roles in {**STAFF, **dict.fromkeys(AT_THE_DOOR, ("nurse",))}.items():
        user = User.objects.create_user(name, password=PASSWORD)
        user.groups.set(Group.objects.filter(name__in=roles))
        if name != AT_THE_DOOR[-1]:
            TOTPDevice.objects.create(user=user, confirmed=True, key=KEY)


if __name__ == "__main__":
    main()
