"""`manage.py measure_console`: server time of the console's pages and of writing a message, on the database at hand."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from console import measuring
from transcripts.models import Conversation, Message


class Command(BaseCommand):
    help = "Prints medians in milliseconds. Makes an account and messages: only for a database made to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=5)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{Conversation.objects.count():,} conversations, {Message.objects.count():,} messages")
        for one in measuring.figures(options["rounds"]):
            self.stdout.write(f"{one.name:20}{one.median:9.1f} ms    slowest kind {one.slowest:7.1f} ms ({one.worst_of})")
