"""`manage.py worker`: tells the care team of cases and sends texts until it is stopped. `make run` starts it."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from channels.sms.providers import provider_of
from channels.sms.sender import Sender
from escalation.worker import Worker
from notify import AppriseNotifier, is_usable
from wording import Words


class Command(BaseCommand):
    help = "Tells the care team of cases, rung by rung, until somebody acknowledges."

    def handle(self, *args: Any, **options: Any) -> None:
        for recipient in settings.CLINIC.escalation.recipients.values():
            for address in (*recipient.day, *recipient.night):
                if not is_usable(address):
                    scheme = address.partition("://")[0]
                    raise CommandError(f"clinic.yml: recipients: {recipient.name}: {scheme}:// is no address that can be told.")
        words = Words.load(settings.WORDS, settings.CLINIC)
        worker = Worker(AppriseNotifier(settings.VAR / "mailbox"), words, settings.VAR / "run" / "worker.beat")
        carrier = provider_of(settings.TEXTING)
        sender = Sender(carrier, words, settings.TEXTING) if carrier else None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        if sender:
            sender.start()
        try:
            worker.run()
        finally:
            if sender:
                sender.stop()
