"""Makes and changes staff accounts. A made password is shown once and must be changed at the first sign-in."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import Group, User
from django.db import transaction

from console.models import FirstPassword
from console.second_factor import DEMO_USER

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


class AccountProblem(Exception):
    """The account cannot be made; the message says why. Permanent."""

    permanent = True


def new_password() -> str:
    """About 79 random bits, in groups that can be read aloud."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def create(username: str, *roles: str, name: str = "", first: bool = True) -> str:
    """A new account; gives its password. `first`: it must be changed. Raises AccountProblem."""
    with transaction.atomic():
        if User.objects.filter(username__iexact=username).exists():
            raise AccountProblem(f"There is an account {username} already.")
        password = new_password()
        user = User.objects.create_user(username, password=password, first_name=name)
        user.groups.set(Group.objects.filter(name__in=roles))
        if first:
            FirstPassword.objects.create(user=user)
    return password


def renew_password(user: User) -> str:
    """A new made password; every session of the account ends with it."""
    with transaction.atomic():
        password = new_password()
        user.set_password(password)
        user.save(update_fields=["password"])
        FirstPassword.objects.get_or_create(user=user)
    return password


def demo_account() -> str | None:
    """The demo account's password when it is made now; None when it is there already. It may see every page."""
    if User.objects.filter(username=DEMO_USER).exists():
        return None
    return create(DEMO_USER, "coordinator", "administrator", "auditor", name="Demo", first=False)
