"""`manage.py first_administrator NAME`: makes an administrator, who makes all other accounts in the console."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from console import accounts, audit


class Command(BaseCommand):
    help = "Makes an administrator and prints a password, to be changed at the first sign-in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="sign-in name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            password = accounts.create(options["name"], "administrator")
        except accounts.AccountProblem as problem:
            raise CommandError(str(problem)) from problem
        audit.write("command line", "made account", options["name"], role="administrator")
        self.stdout.write(f"{options['name']}: {password}\nSign in with it at /console/ and change it there.")
