"""Django for patients, without the console's middleware; and for the API: async views that hold no database connection of the request's own.

Django's handler starts two threads a request, for signals and for closing connections; that costs more than
all the rest. Not for sync views, file uploads or streamed answers: those go through Django's own handler.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.exception import convert_exception_to_response
from django.urls import set_script_prefix


class LeanHandler(ASGIHandler):
    """Django without settings.MIDDLEWARE, which is the console's: no session, no cookie, no CSRF check."""

    def load_middleware(self, is_async: bool = False) -> None:
        django: Any = self  # the names are Django's own, and its stubs do not know them
        django._view_middleware = []
        django._template_response_middleware = []
        django._exception_middleware = []
        get_response = django._get_response_async if is_async else django._get_response
        django._middleware_chain = convert_exception_to_response(get_response)


class ApiHandler(LeanHandler):
    """Answers one request in the event loop. A client that leaves does not stop it."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        with await self.read_body(receive) as body:
            set_script_prefix(get_script_prefix(scope))
            request, refusal = self.create_request(scope, body)
            response = refusal if request is None else await self.run_get_response(request)
            if response is not None:
                await self.send_response(response, send)
