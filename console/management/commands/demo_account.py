"""`manage.py demo_account`: makes the demo account at the first start and prints its password once. `make run` calls it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from console import accounts, audit
from console.second_factor import DEMO_USER


class Command(BaseCommand):
    help = "Makes the demo account when it is not there yet, and prints its name and password; only in demo mode."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Only in demo mode: set NK92_DEMO=yes.")
        password = accounts.demo_account()
        if password is not None:
            audit.write("command line", "made account", DEMO_USER, role="all")
            self.stdout.write(f"{DEMO_USER} {password}")
