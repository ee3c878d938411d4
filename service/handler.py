"""Django for the API: async views that hold no database connection of the request's own.

Django's handler starts two threads a request, for signals and for closing connections; that costs more than
all the rest. Not for sync views, file uploads or streamed answers: those go through Django's own handler.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.urls import set_script_prefix


class ApiHandler(ASGIHandler):
    """Answers one request in the event loop. A client that leaves does not stop it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with await self.read_body(receive) as body:
            set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else await self.run_get_response(request)
            if response is not None:
                await self.send_response(response, send)
