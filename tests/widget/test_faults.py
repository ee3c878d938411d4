"""What the patient sees when the connection, the service or Rasa fails, and how it heals."""

from __future__ import annotations

import signal

from playwright.sync_api import Route, expect

from tests.service.processes import Stack
from tests.widget.chat import Chat


def ready(chat: Chat) -> Chat:
    """A conversation in a browser that has the red flags."""
    chat.greet()
    chat.until("performance.getEntriesByType('resource').filter((one) => one.name.includes('away-')).length >= 2", 30)
    return chat


def lost(chat: Chat) -> Chat:
    """A conversation whose connection breaks."""
    ready(chat).context.set_offline(True)
    return chat


def send(chat: Chat, text: str) -> None:
    chat.field.fill(text)
    chat.page.locator("nk92-chat form .main").click()


def test_message_without_connection_is_marked_and_goes_out_when_it_is_back(chat: Chat, stack: Stack) -> None:
    lost(chat)
    send(chat, "is it sent?")
    expect(chat.mine.last).to_contain_text("Not sent")
    expect(chat.note).to_contain_text("No connection")
    expect(chat.page.locator("nk92-chat .sos")).to_be_in_viewport()
    chat.context.set_offline(False)
    expect(chat.replies.last).to_contain_text("echo: is it sent?")
    expect(chat.mine.last).not_to_contain_text("Not sent")
    expect(chat.note).to_be_hidden()
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE text = 'is it sent?'") == [(1,)]


def test_messages_written_without_connection_keep_their_order(chat: Chat) -> None:
    lost(chat)
    for text in ("first", "second", "third"):
        send(chat, text)
    expect(chat.page.locator("nk92-chat .unsent")).to_have_count(3)
    chat.context.set_offline(False)
    expect(chat.replies.last).to_contain_text("echo: third")
    assert [line.removeprefix("echo: ") for line in chat.replies.locator(".words").all_inner_texts()[-3:]] == ["first", "second", "third"]


def test_refused_message_can_be_sent_again_by_hand(chat: Chat) -> None:
    chat.greet()
    body = '{"error": {"code": "too_many", "message": "Please wait a minute."}}'
    chat.page.route("**/api/messages", lambda route: route.fulfill(status=429, content_type="application/json", body=body))
    send(chat, "once more")
    expect(chat.page.get_by_role("button", name="Send again")).to_be_visible()
    chat.page.unroute("**/api/messages")
    chat.page.get_by_role("button", name="Send again").click()
    expect(chat.replies.last).to_contain_text("echo: once more")
    assert chat.focused().startswith("TEXTAREA")


def test_message_that_fails_while_the_rest_works_is_not_tried_without_end(chat: Chat) -> None:
    chat.greet()
    tried: list[str] = []
    chat.page.route("**/api/messages", lambda route: (tried.append(route.request.method), route.abort()))
    send(chat, "blocked on its way")
    chat.page.wait_for_timeout(5_000)
    assert 2 <= tried.count("POST") <= 5


def test_unsent_message_survives_a_reload(chat: Chat) -> None:
    chat.greet()
    chat.page.route("**/api/messages", lambda route: route.abort())
    send(chat, "kept in this tab")
    expect(chat.page.get_by_role("button", name="Send again")).to_be_visible()
    chat.page.unroute("**/api/messages")
    chat.page.reload()
    chat.page.locator("nk92-chat .launch").click()
    expect(chat.replies.last).to_contain_text("echo: kept in this tab")


def test_emergency_without_connection_says_call_911_at_once(chat: Chat) -> None:
    lost(chat)
    send(chat, "I have hives and my throat is swelling")
    emergency = chat.page.locator("nk92-chat .line.emergency")
    expect(emergency).to_contain_text("Call 911 now.", timeout=1_000)
    expect(emergency).to_contain_text("not sent yet")
    expect(emergency.get_by_role("link", name="Call 911")).to_be_in_viewport()
    chat.context.set_offline(False)
    expect(chat.page.locator("nk92-chat .line.emergency")).to_have_count(2)


def test_chat_waits_for_no_red_flags_and_shows_the_emergency_number_meanwhile(chat: Chat) -> None:
    asked: list[Route] = []
    chat.context.route("**/away-*.json", lambda route: asked.append(route))  # not answered yet
    chat.page.reload()
    expect(chat.page.locator("nk92-chat .pill")).to_have_attribute("href", "tel:911")
    chat.open()
    expect(chat.page.locator("nk92-chat .sos")).to_be_visible()
    chat.say("hello", replies=2)
    assert asked
    for route in asked:
        route.abort()


def test_fever_in_spanish_without_connection_says_call_the_clinic(chat: Chat) -> None:
    lost(chat)
    chat.option("Español")
    send(chat, "tengo treinta y nueve de fiebre")
    urgent = chat.page.locator("nk92-chat .line.urgent")
    expect(urgent).to_contain_text("Llame a su equipo médico ahora", timeout=1_000)
    expect(urgent.get_by_role("link", name="Llamar al (303) 555-0142")).to_be_visible()


def test_ordinary_question_without_connection_raises_no_alarm(chat: Chat) -> None:
    lost(chat)
    send(chat, "How is NK-92 given?")
    expect(chat.mine.last).to_contain_text("Not sent")
    chat.page.wait_for_timeout(300)
    expect(chat.page.locator("nk92-chat .line.urgent, nk92-chat .line.emergency")).to_have_count(0)


def test_stopped_service_is_found_again_and_nothing_is_said_twice(own_stack: Stack, browser) -> None:  # type: ignore[no-untyped-def]
    chat = ready(Chat(browser, own_stack.service.address))
    own_stack.service.stop(signal.SIGTERM)
    send(chat, "my temp is 102")
    expect(chat.page.locator("nk92-chat .line.urgent")).to_be_visible()
    own_stack.service.start("/health")
    expect(chat.page.locator("nk92-chat .line.urgent[data-seq]")).to_be_visible(timeout=40_000)  # the service's own, not the local one
    assert own_stack.rows("SELECT count(*) FROM transcripts_message WHERE text = 'my temp is 102'") == [(1,)]
    chat.context.close()


def test_message_refused_by_the_service_shows_its_kind_words(chat: Chat) -> None:
    chat.greet()
    body = '{"error": {"code": "too_many", "message": "You have sent a lot of messages. Please wait a minute."}}'
    chat.page.route("**/api/messages", lambda route: route.fulfill(status=429, content_type="application/json", body=body))
    send(chat, "too fast")
    expect(chat.replies.last).to_contain_text("Please wait a minute")
    expect(chat.mine.last).to_contain_text("Not sent")


def test_emergency_that_could_not_be_saved_looks_like_one(chat: Chat, own_stack: Stack) -> None:
    import sqlite3

    own = Chat(chat.context.browser, own_stack.service.address)  # type: ignore[arg-type]
    own.greet()
    blocker = sqlite3.connect(own_stack.folder / "service.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        send(own, "I can't breathe")
        expect(own.page.locator("nk92-chat .line.emergency")).to_contain_text("could not save", timeout=20_000)
    finally:
        blocker.execute("ROLLBACK")
    expect(own.mine.last).to_contain_text("Not sent")
    own.context.close()


def test_ended_session_goes_on_in_a_new_one_and_says_so(chat: Chat) -> None:
    chat.greet()
    chat.page.evaluate("sessionStorage.setItem('nk92.token', 'forged')")
    send(chat, "are you there?")
    expect(chat.replies.last).to_contain_text("echo: are you there?")
    expect(chat.note).to_contain_text("This chat has ended")


def test_silent_rasa_gives_the_safe_reply(chat: Chat) -> None:
    chat.greet()
    expect(chat.say("what is it #silent")).to_contain_text("I cannot answer right now")


def test_writing_is_shown_while_an_answer_is_made(chat: Chat) -> None:
    chat.greet()
    send(chat, "slow #wait=1")
    expect(chat.page.locator("nk92-chat .typing")).to_be_visible()
    expect(chat.page.locator("nk92-chat [role=status]")).to_have_text("The assistant is writing")
    expect(chat.replies.last).to_contain_text("echo: slow")
    expect(chat.page.locator("nk92-chat .typing")).to_be_hidden()
