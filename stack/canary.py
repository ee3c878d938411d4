"""A made-up patient: only a whole conversation through the public API proves that the assistant answers."""
from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

from stack.web import NoAnswer, call

QUESTION = "What is NK-92?"
ANSWER = "utter_education/what_is"


def gateway_answers(rasa: str, secret: str) -> bool:
    """Whether Rasa answers a question through its gateway."""
    body = {"sender": "canary-probe", "message_id": uuid.uuid4().hex, "text": QUESTION, "channel": "web"}
    try:
        answer = call(f"{rasa}/webhooks/gateway/webhook", body, {"X-Gateway-Secret": secret})
    except NoAnswer:
        return False
    return ANSWER in _responses(answer)


def service_answers(address: str, secret: str) -> bool:
    """Whether a patient who opens the chat and asks gets the right answer."""
    try:
        session = call(f"{address}/api/session", {}, {"X-NK92-Canary": secret}, seconds=10)
        headers = {"Authorization": f"Bearer {session['token']}"}
        message = {"client_id": uuid.uuid4().hex, "text": QUESTION}
        return ANSWER in _responses(call(f"{address}/api/messages", message, headers, seconds=12))
    except (NoAnswer, KeyError, TypeError):
        return False


def alive(url: str) -> bool:
    """Whether `url` answers at all."""
    try:
        call(url)
    except NoAnswer as problem:
        return problem.status is not None and problem.status < 500
    return True


def moves(beat: Path, *, seconds: float) -> bool:
    """Whether a part has touched its file lately."""
    try:
        return time.time() - beat.stat().st_mtime < seconds
    except OSError:
        return False


def _responses(answer: Any) -> list[str]:
    return [str(reply.get("response")) for reply in answer.get("replies", [])]
