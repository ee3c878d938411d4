"""`manage.py verify_audit`: proves that no entry of the audit trail was changed, removed or put in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from console import audit


class Command(BaseCommand):
    help = "Verifies the audit trail and prints its head. Note the head down elsewhere: --expect HEAD finds a trail that was cut."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--expect", default="", help="a head noted down earlier")

    def handle(self, *args: Any, **options: Any) -> None:
        found = audit.verify(expect=options["expect"])
        if found.number is not None:
            raise CommandError(f"Entry {found.number} {found.trouble}; {found.entries} entries before it are whole.")
        self.stdout.write(f"{found.entries} entries, all whole. Head: {found.head}")
