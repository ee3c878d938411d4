"""`manage.py demo_data`: made-up conversations and open cases to look at; only in demo mode, or into a database of your choice with --measure."""

from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from console import seeding
from intake import record
from intake.inbound import Inbound

NOW = (
    ("web", "", "I have chest pain and my left arm feels numb"),
    ("sms", "+13035550164", "temp 102.4 an hour after tylenol, shaking chills"),
    ("web", "", "I see everything double since noon"),
    ("sms", "+13035550119", "me salió un sarpullido y tengo fiebre de 38,6"),
)


class Command(BaseCommand):
    help = "Adds made-up conversations: some dozens and a few open cases, or many to measure with."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--conversations", type=int, default=80)
        parser.add_argument("--messages", type=int, default=6, help="in each conversation")
        parser.add_argument("--days", type=int, default=21)
        parser.add_argument("--measure", action="store_true", help="also outside of demo mode")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO and not options["measure"]:
            raise CommandError("Only in demo mode: set NK92_DEMO=yes.")
        size = {name: options[name] for name in ("conversations", "messages", "days")}
        added = seeding.seed(**size, now=timezone.now(), chance=random.Random(92))  # noqa: S311  made-up words
        for place, (channel, callback, text) in enumerate(NOW):
            conversation = record.open_conversation(channel, callback=callback)
            record.record(Inbound(conversation, channel, f"demo{place}", text))
        self.stdout.write(f"{added} messages in {options['conversations']} conversations, and {len(NOW)} open cases.")
