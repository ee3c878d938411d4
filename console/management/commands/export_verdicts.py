"""`manage.py export_verdicts`: writes the review's verdicts as training phrasings and test cases; `make eval` runs the cases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from console import audit, lessons


class Command(BaseCommand):
    help = "Writes phrasings.yml, cases.yml and new.yml, scrubbed of names, numbers and dates. Read them before they become data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=settings.VAR / "review")

    def handle(self, *args: Any, **options: Any) -> None:
        found, folder = lessons.opinions(), options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        for name, written in (("phrasings", lessons.phrasings), ("cases", lessons.cases), ("new", lessons.new_questions)):
            (folder / f"{name}.yml").write_text(written(found), encoding="utf-8")
        audit.write("command line", "exported verdicts", verdicts=len(found))
        self.stdout.write(f"{len(found)} verdicts in {folder}.")
