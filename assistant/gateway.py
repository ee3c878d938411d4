"""Rasa's only way in: the `gateway` input channel, spoken to by our service on loopback with a shared secret.

It returns the replies with the reasons: intent, confidence, runner-up, facts cited. Not for anyone outside.
"""
from __future__ import annotations

import hashlib
import hmac
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Awaitable, Callable, Optional

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from assistant.memory import last_subject
from assistant.plain_text import without_command

logger = logging.getLogger(__name__)

CHANNELS = ("web", "sms")
CHOICE_PREFIX = "q_"
OnMessage = Callable[[UserMessage], Awaitable[Any]]


class BadRequest(Exception):
    """The request is not of the documented form; the message says which field."""


@dataclass(frozen=True)
class Inbound:
    """One message as the service sends it."""

    sender: str
    message_id: str
    text: str
    choice: Optional[str]
    channel: str
    language: str
    known: dict[str, Any]


def read_inbound(body: Any) -> Inbound:
    """The request's JSON, checked; raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("body")
    for field in ("sender", "message_id"):
        if not isinstance(body.get(field), str) or not 0 < len(body[field]) <= 200:
            raise BadRequest(field)
    text, choice, channel = body.get("text") or "", body.get("choice"), body.get("channel", "web")
    if not isinstance(text, str) or not (choice is None or isinstance(choice, str)):
        raise BadRequest("text or choice")
    if channel not in CHANNELS or not (text.strip() or choice):
        raise BadRequest("channel or empty text")
    given = body.get("known")
    known: dict[str, Any] = given if isinstance(given, dict) else {}
    language = "es" if body.get("language") == "es" else "en"
    return Inbound(body["sender"], body["message_id"], text, choice, channel, language, known)


class Choices:
    """Quick replies leave as opaque ids and come back as intents, so that nobody can type a command."""

    def __init__(self, secret: str, intents: list[str]) -> None:
        self._secret = secret.encode()
        self._intents = {self.id_of(intent): intent for intent in intents}

    def id_of(self, intent: str) -> str:
        digest = hmac.new(self._secret, f"choice:{intent}".encode(), hashlib.sha256).hexdigest()
        return CHOICE_PREFIX + digest[:16]

    def intent_of(self, choice: Optional[str]) -> Optional[str]:
        """The intent that `choice` stands for; None for an id that we never gave."""
        return self._intents.get(choice) if choice else None


class GatewayOutput(OutputChannel):
    """Collects the replies of one turn, as the service expects them."""

    def __init__(self, channel: str, choices: Choices) -> None:
        self._channel = channel
        self._choices = choices
        self.replies: list[dict[str, Any]] = []
        self.understanding: Optional[dict[str, Any]] = None

    def name(self) -> str:
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.understanding = self.understanding or message.get("understanding")
        for part in message.get("parts") or [message]:
            if part.get("text"):
                self.replies.append(self._reply(part))

    def _reply(self, part: dict[str, Any]) -> dict[str, Any]:
        buttons = [
            {"id": self._choices.id_of(button["payload"].lstrip("/")), "title": button["title"]}
            for button in part.get("buttons") or []
        ]
        return {
            "text": part["text"],
            "buttons": buttons,
            "facts": part.get("facts") or [],
            "source": part.get("source"),
            "response": part.get("response") or part.get("utter_action"),
            "level": part.get("level") or "none",
        }


class Gateway(InputChannel):
    """The webhook POST /webhooks/gateway/webhook; its form is described in docs/gateway.md."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._choices: Optional[Choices] = None

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> Gateway:
        """The secret lies in the file `gateway_secret` of NK92_SECRET_DIR; a missing file stops the start."""
        file = Path(os.environ.get("NK92_SECRET_DIR", "var/secrets")) / "gateway_secret"
        if not file.exists():
            raise FileNotFoundError(f"{file} is missing: `make install` creates it.")
        return cls(file.read_text().strip())

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        blueprint = Blueprint("gateway", "gateway")

        async def health(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            ready = bool(agent and agent.is_ready())
            return response.json({"ready": ready, "model": model_digest(agent) if ready else None})

        async def receive(request: Request) -> HTTPResponse:
            given = request.headers.get("x-gateway-secret", "")
            if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
                return response.json({"error": "secret"}, status=401)
            try:
                inbound = read_inbound(request.json)
            except BadRequest as problem:
                return response.json({"error": str(problem)}, status=400)
            return await self._answer(request, inbound, on_new_message)

        blueprint.add_route(health, "/health", methods=["GET"], name="health")
        blueprint.add_route(receive, "/webhook", methods=["POST"], name="receive")
        return blueprint

    async def _answer(self, request: Request, inbound: Inbound, on_new_message: OnMessage) -> HTTPResponse:
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return response.json({"error": "no model"}, status=503)
        if self._choices is None:
            self._choices = Choices(self._secret, intents_of(agent.domain.responses))
        output = GatewayOutput(inbound.channel, self._choices)
        chosen = self._choices.intent_of(inbound.choice)
        try:
            message = UserMessage(
                without_command(inbound.text) or " ",
                output,
                inbound.sender,
                input_channel=inbound.channel,
                message_id=inbound.message_id,
                metadata={
                    "choice": chosen,
                    "subject": await subject_before(agent, inbound.sender),
                    "language": inbound.language,
                    "known": inbound.known,
                },
            )
            await on_new_message(message)
        except Exception:  # the outermost edge: the service then gives its safe reply
            logger.error("gateway.turn_failed message=%s", inbound.message_id)
            logger.debug("gateway.turn_failed", exc_info=True)
            return response.json({"error": "turn failed"}, status=500)
        understanding = {**(output.understanding or {}), "model": model_digest(agent)}
        return response.json({"replies": output.replies, "understanding": understanding})


async def subject_before(agent: Any, sender: str) -> Optional[str]:
    """The intent of the last education answer in this conversation: what a short follow-up is about."""
    tracker = await agent.tracker_store.retrieve(sender)
    return last_subject(tracker) if tracker else None


def intents_of(responses: dict[str, Any]) -> list[str]:
    """Every intent that a quick reply may stand for: each answer under a retrieval intent, and asking for a person."""
    return [key[len("utter_") :] for key in responses if "/" in key] + ["ask_person"]


def model_digest(agent: Any) -> Optional[str]:
    """The training's id of the model in use, 12 characters; None without a model."""
    metadata = getattr(getattr(agent, "processor", None), "model_metadata", None)
    return metadata.model_id[:12] if metadata else None
