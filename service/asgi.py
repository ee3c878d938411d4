"""The ASGI application: Django inside a guard, with a start that takes up what a crash left."""

from __future__ import annotations

import asyncio
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
django.setup(set_prefix=False)

from django.conf import settings  # noqa: E402
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402

from channels.web.assets import PREFIX, prepare, serve  # noqa: E402
from channels.web.origins import Origins  # noqa: E402
from channels.web.stream import end_streams_at_stop, stream  # noqa: E402
from intake.front_desk import desk  # noqa: E402
from service.guard import Guard, Limits, by_path, with_lifespan  # noqa: E402
from service.handler import ApiHandler, LeanHandler  # noqa: E402

_pages = ASGIStaticFilesHandler(LeanHandler())
_console = ASGIHandler()  # the only one with sessions, sign-in and CSRF (settings.MIDDLEWARE)
_api = ApiHandler()
_parts = {"/api/stream": stream, "/api/": _api, "/sms/": _api, "/health": _api, PREFIX: serve, "/console": _console}
_django = by_path(_parts, otherwise=_pages)
_limits = Limits(bytes=settings.LARGEST_BODY, seconds=settings.SLOWEST_BODY)
_guarded = Origins(Guard(_django, _limits, desk().words), settings.CLINIC.web_origins)


_background: set[asyncio.Task[None]] = set()  # asyncio keeps no task alive by itself


async def _start() -> None:
    await desk().start()
    end_streams_at_stop()
    _background.add(asyncio.create_task(prepare()))


application = with_lifespan(_guarded, start=_start, stop=desk().stop)
