"""The ASGI application: Django inside a guard, with a start that takes up what a crash left."""

from __future__ import annotations

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

from intake.front_desk import desk  # noqa: E402
from service.guard import Guard, Limits, by_path, with_lifespan  # noqa: E402
from service.handler import ApiHandler, LeanHandler  # noqa: E402

_pages = ASGIStaticFilesHandler(LeanHandler())
_console = ASGIHandler()  # the only one with sessions, sign-in and CSRF (settings.MIDDLEWARE)
_django = by_path({"/api/": ApiHandler(), "/health": ApiHandler(), "/console": _console}, otherwise=_pages)
_limits = Limits(bytes=settings.LARGEST_BODY, seconds=settings.SLOWEST_BODY)
application = with_lifespan(Guard(_django, _limits, desk().words), start=desk().start, stop=desk().stop)
