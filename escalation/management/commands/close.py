"""`manage.py close NUMBER --outcome …`: the case has ended."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from escalation import staff
from escalation.models import Outcome


class Command(BaseCommand):
    help = "Closes a case with an outcome."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int)
        parser.add_argument("--outcome", required=True, help=" | ".join(Outcome.values))
        parser.add_argument("--note", default="")
        parser.add_argument("--by", default=getpass.getuser(), help="who; by default the user of this computer")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            staff.close(options["number"], options["by"], outcome=options["outcome"], note=options["note"])
        except staff.CaseProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Case {options['number']} is closed.")
