"""`manage.py acknowledge NUMBER`: a person has the case in hand."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from escalation import staff
from wording import Words


class Command(BaseCommand):
    help = "Stops the ladder of a case and tells the patient that a person has opened it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int)
        parser.add_argument("--by", default=getpass.getuser(), help="who; by default the user of this computer")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            staff.acknowledge(options["number"], options["by"], Words.load(settings.WORDS, settings.CLINIC))
        except staff.CaseProblem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"Case {options['number']} is acknowledged by {options['by']}; the patient was told.")
