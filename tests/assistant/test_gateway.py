from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Awaitable, Callable, Iterator

import pytest
from sanic import Sanic

from assistant.gateway import BadRequest, Choices, Gateway, GatewayOutput, intents_of, read_inbound

GOOD = {"sender": "c1", "message_id": "m1", "text": "hello", "choice": None, "channel": "web"}


def test_good_request_is_read() -> None:
    inbound = read_inbound({**GOOD, "language": "en"})
    assert (inbound.sender, inbound.text, inbound.channel) == ("c1", "hello", "web")


@pytest.mark.parametrize(
    "change",
    [
        {"sender": ""}, {"sender": None}, {"sender": 5}, {"sender": "x" * 201}, {"message_id": ""}, {"text": 7}, {"text": "  "},
        {"text": None}, {"channel": "fax"}, {"choice": ["a"]},
    ],
)  # fmt: skip
def test_wrong_field_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadRequest):
        read_inbound({**GOOD, **change})


@pytest.mark.parametrize("body", [None, [], "text", 5])
def test_body_that_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(BadRequest):
        read_inbound(body)


def test_choice_comes_back_as_the_intent_it_was_given_for() -> None:
    choices = Choices("secret", ["education/fatigue", "ask_person"])
    assert choices.intent_of(choices.id_of("education/fatigue")) == "education/fatigue"


@pytest.mark.parametrize("typed", ["education/fatigue", "/education/fatigue", "q_0000000000000000", "", None])
def test_invented_choice_means_nothing(typed: str | None) -> None:
    assert Choices("secret", ["education/fatigue"]).intent_of(typed) is None


def test_choices_of_another_secret_mean_nothing() -> None:
    assert Choices("one", ["ask_person"]).intent_of(Choices("two", ["ask_person"]).id_of("ask_person")) is None


def test_every_answer_and_the_person_can_be_chosen() -> None:
    assert intents_of({"utter_education/fever": [], "utter_unknown": []}) == ["education/fever", "ask_person"]


def test_reply_carries_its_reasons_and_opaque_buttons() -> None:
    output = GatewayOutput("sms", Choices("secret", []))
    message = {
        "text": "Feeling tired is common.", "buttons": [{"title": "Chills", "payload": "/education/chills"}], "facts": ["fatigue"],
        "source": "Side effects", "response": "utter_education/fatigue", "level": "none", "understanding": {"intent": "x"},
    }  # fmt: skip
    asyncio.run(output.send_response("c1", message))
    assert output.name() == "sms"
    assert output.replies[0]["facts"] == ["fatigue"]
    assert output.replies[0]["buttons"][0]["title"] == "Chills"
    assert "chills" not in output.replies[0]["buttons"][0]["id"]
    assert output.understanding == {"intent": "x"}


def test_two_answers_are_two_replies() -> None:
    output = GatewayOutput("web", Choices("secret", []))
    asyncio.run(output.send_response("c1", {"text": "A\n\nB", "parts": [{"text": "A"}, {"text": "B"}]}))
    assert [reply["text"] for reply in output.replies] == ["A", "B"]


def test_missing_secret_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NK92_SECRET_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make install"):
        Gateway.from_credentials({})


class Server:
    """The gateway on a real socket. `turn`: what Rasa does with a message; `ready`: whether it has a model."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ready = True
        self.turn: Callable[[Any], Awaitable[None]] = silent_turn

    def ask(self, *, secret: str = "s3cret", body: object = GOOD) -> int:
        try:
            call = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/webhooks/gateway/webhook", json.dumps(body).encode(), {"X-Gateway-Secret": secret}
            )
            return int(urllib.request.urlopen(call, timeout=10).status)
        except urllib.error.HTTPError as problem:
            return problem.code


async def silent_turn(message: object) -> None:
    return None


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    listening = socket.create_server(("127.0.0.1", 0))
    server, loop = Server(listening.getsockname()[1]), asyncio.new_event_loop()
    app = Sanic("gateway_test", configure_logging=False)

    async def turn(message: object) -> None:
        await server.turn(message)

    app.blueprint(Gateway("s3cret").blueprint(turn), url_prefix="/webhooks/gateway")
    metadata = SimpleNamespace(model_id="0123456789abcdef")

    async def no_conversation(sender: str) -> None:
        return None

    app.ctx.agent = SimpleNamespace(
        is_ready=lambda: server.ready, domain=SimpleNamespace(responses={"utter_education/fever": []}),
        processor=SimpleNamespace(model_metadata=metadata), tracker_store=SimpleNamespace(retrieve=no_conversation),
    )  # fmt: skip

    async def serve() -> None:
        started = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
        await started.startup()
        await started.start_serving()

    loop.run_until_complete(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield server
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=5)


@pytest.fixture
def server(running: Server) -> Server:
    running.ready, running.turn = True, silent_turn
    return running


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [("s3cret", GOOD, 200), ("wrong", GOOD, 401), ("", GOOD, 401), ("s3cret", {"sender": "x"}, 400), ("s3cret", [], 400)],
)
def test_gateway_answers_by_secret_and_form(server: Server, secret: str, body: object, status: int) -> None:
    assert server.ask(secret=secret, body=body) == status


def test_without_a_model_the_gateway_says_so(server: Server) -> None:
    server.ready = False
    assert server.ask() == 503


def test_failing_turn_is_an_error_and_not_an_empty_list(server: Server) -> None:
    async def failing(message: object) -> None:
        raise ValueError("inside Rasa")

    server.turn = failing
    assert server.ask() == 500


def test_typed_command_reaches_rasa_as_plain_words(server: Server) -> None:
    seen: list[str] = []

    async def turn(message: Any) -> None:
        seen.append(message.text)

    server.turn = turn
    assert server.ask(body={**GOOD, "text": "/restart"}) == 200
    assert seen == ["restart"]
