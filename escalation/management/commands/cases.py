"""`manage.py cases`: lists cases, newest first."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from escalation.models import Case, NoticeState, State

FIELDS = ("number", "level", "state", "opened_at", "signs", "celsius", "channel", "conversation", "messages", "notices", "delivered", "outcome")


def described(case: Case) -> dict[str, Any]:
    """One case as JSON; no patient's words."""
    return {
        "number": case.number,
        "level": case.level,
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "signs": case.signs,
        "celsius": case.celsius,
        "channel": case.channel,
        "conversation": case.conversation_id,
        "messages": [alarm.message_id for alarm in case.alarms.order_by("pk")],
        "notices": case.notices.count(),
        "delivered": case.notices.filter(state=NoticeState.delivered).count(),
        "outcome": case.outcome,
    }


class Command(BaseCommand):
    help = "Lists cases, newest first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--open", action="store_true", help="only those that are not closed")
        parser.add_argument("--conversation", metavar="ID", help="only those of one conversation")
        parser.add_argument("--json", action="store_true", help="one JSON list")
        parser.add_argument("--canaries", action="store_true", help="also the watcher's made-up cases")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = Case.objects.order_by("-pk")
        if not options["canaries"]:
            cases = cases.filter(kind="patient")
        if options["open"]:
            cases = cases.exclude(state=State.closed)
        if options["conversation"]:
            cases = cases.filter(conversation_id=options["conversation"])
        found = [described(case) for case in cases]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=1))
        elif not found:
            self.stdout.write("No case.")
        for case in () if options["json"] else found:
            signs = ", ".join(dict.fromkeys(sign[0] for sign in case["signs"])) or "-"
            told = f"{case['delivered']} of {case['notices']} notices delivered"
            self.stdout.write(f"{case['number']}  {case['level']:<10} {case['state']:<13} {case['opened_at'][:19]}  {signs}  ({told})")
