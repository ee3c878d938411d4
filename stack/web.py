"""The few HTTP calls that starting, watching and chatting need, on the standard library."""
from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any, Dict, Optional


class NoAnswer(Exception):
    """Nothing answered, or not in time, or not as expected. `status`: the HTTP status when there was one; not permanent."""

    permanent = False

    def __init__(self, reason: str, status: Optional[int] = None, body: Any = None) -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


def call(url: str, body: Optional[Any] = None, headers: Optional[Dict[str, str]] = None, *, seconds: float = 5, method: str = "") -> Any:
    """The JSON that `url` answers; a `body` makes it a POST. Raises NoAnswer."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, content, {"Content-Type": "application/json", **(headers or {})}, method=method or None)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=seconds) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        try:
            said = json.load(problem)
        except ValueError:
            said = None
        raise NoAnswer(f"{url} answered {problem.code}", problem.code, said) from problem
    except (OSError, ValueError) as problem:
        raise NoAnswer(f"{url} did not answer") from problem
