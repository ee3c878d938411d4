"""`manage.py delete_overdue`: deletes conversations that were silent for longer than NK92_KEEP_DAYS. Run it once a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from console import audit, erasure


class Command(BaseCommand):
    help = "Deletes conversations that are older than they are kept; never one under a legal hold or with an open case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--try", action="store_true", dest="only_count", help="only says how many")

    def handle(self, *args: Any, **options: Any) -> None:
        keep = timedelta(days=settings.KEEP_DAYS)
        if options["only_count"]:
            self.stdout.write(f"{len(list(erasure.overdue(timezone.now(), keep)))} (at most {erasure.AT_ONCE}) would be deleted.")
            return
        deleted = 0
        while numbers := list(erasure.overdue(timezone.now(), keep)):
            for number in numbers:
                erasure.erase(number, who="clock", why=f"kept for {settings.KEEP_DAYS:g} days")
            deleted += len(numbers)
        erasure.shred()
        audit.write("clock", "deleted overdue", conversations=deleted)
        self.stdout.write(f"{deleted} conversations deleted.")
