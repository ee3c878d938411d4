"""Django's name for this room; roles and triggers are written into the database after each migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConsoleConfig(AppConfig):
    name = "console"

    def ready(self) -> None:
        from console import sign_in_events

        sign_in_events.connect()
        post_migrate.connect(_after_migration, sender=self)


def _after_migration(**given: Any) -> None:
    from console import audit
    from console.roles import write_roles
    from transcripts import search

    write_roles()
    audit.keep_triggers()
    search.keep_triggers()
