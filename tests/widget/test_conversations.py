"""Whole conversations in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.service.processes import Stack
from tests.widget.chat import PHONE, SMALL, Chat


def append(stack: Stack, text: str, level: str = "none") -> None:
    """A later line in the newest conversation, as another room of the service writes it."""
    ((conversation, last),) = stack.rows("SELECT id, last_seq FROM transcripts_conversation ORDER BY created_at DESC LIMIT 1")
    stack.rows(
        "INSERT INTO transcripts_message (conversation_id, seq, inbound, text, choice, level, answered, opens_session, response, source,"
        " facts, buttons, author, created_at) VALUES (?, ?, 0, ?, '', ?, 1, 0, '', '', '[]', '[]', '', strftime('%Y-%m-%d %H:%M:%f', 'now'))",
        conversation, last + 1, text, level,
    )  # fmt: skip
    stack.rows("UPDATE transcripts_conversation SET last_seq = ? WHERE id = ?", last + 1, conversation)


def test_question_is_answered_with_its_source_and_the_time(chat: Chat) -> None:
    reply = chat.greet().say("Will I be tired?")
    expect(reply.locator(".words")).to_have_text("echo: Will I be tired?")
    expect(reply.locator(".source")).to_have_text("From the NK-92 monograph: Side effects")
    expect(reply.locator("time")).to_have_text(re.compile(r"\d+:\d\d"))
    expect(chat.mine.last.locator(".words")).to_have_text("Will I be tired?")


def test_disclosure_is_the_first_thing_said(chat: Chat) -> None:
    chat.greet()
    expect(chat.replies.first).to_contain_text("automated assistant")


def test_follow_up_goes_out_by_a_quick_reply(chat: Chat, stack: Stack) -> None:
    chat.greet().say("Will I be tired?")
    before = chat.replies.count()
    chat.page.get_by_role("button", name="How long does it last?").click()
    expect(chat.replies.nth(before)).to_contain_text("How long does it last?")
    assert stack.asked()[-1]["choice"] == "q_0123456789abcdef"
    assert chat.focused().startswith("TEXTAREA")


def test_starters_can_be_pressed(chat: Chat) -> None:
    chat.open().page.get_by_role("button", name="What is NK-92?").click()
    expect(chat.replies.last).to_contain_text("echo: What is NK-92?")
    expect(chat.page.get_by_role("button", name="What is NK-92?")).to_have_count(0)


def test_fever_is_asked_for_its_number_and_a_high_one_is_urgent(chat: Chat) -> None:
    chat.greet().say("I feel feverish", replies=2)
    expect(chat.replies.filter(has_text="What is your temperature now?")).to_be_visible()
    chat.say("101.5", replies=2)
    urgent = chat.page.locator("nk92-chat .line.urgent")
    expect(urgent.locator(".flag")).to_have_text("Urgent")
    expect(urgent.locator(".flag svg")).to_be_visible()
    expect(urgent.get_by_role("link", name="Call (303) 555-0142")).to_have_attribute("href", "tel:3035550142")
    expect(urgent.get_by_role("link", name="Night: (303) 555-0143")).to_be_visible()


def test_emergency_is_in_sight_and_one_tap_from_911(browser: Browser, stack: Stack) -> None:
    chat = Chat(browser, stack.service.address, size=SMALL)
    chat.greet().say("my chest hurts and I can't breathe", replies=2)
    emergency = chat.page.locator("nk92-chat .line.emergency")
    expect(emergency.locator(".flag")).to_be_in_viewport()
    expect(emergency.get_by_role("link", name="Call 911")).to_be_in_viewport()
    expect(emergency.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")
    expect(chat.page.locator("nk92-chat [role=alert]")).to_have_text(re.compile("^Emergency: Call 911 now"))
    chat.context.close()


def test_symptom_that_is_only_spoken_of_has_911_to_tap_in_its_text(chat: Chat) -> None:
    chat.greet().say("seizure risk?", replies=2)
    told = chat.replies.filter(has_text="Do you have this now").get_by_role("link", name="911", exact=True)
    expect(told).to_have_attribute("href", "tel:911")


def test_thought_of_suicide_offers_the_crisis_line_by_call_and_by_text(chat: Chat) -> None:
    chat.greet().say("I want to kill myself", replies=2)
    line = chat.page.locator("nk92-chat .line.emergency")
    assert [link.get_attribute("href") for link in line.locator(".call").all()] == ["tel:988", "sms:988", "tel:911"]


def test_reload_brings_the_conversation_back(chat: Chat) -> None:
    chat.greet().say("Will I be tired?")
    chat.page.reload()
    chat.page.locator("nk92-chat .launch").click()
    expect(chat.replies).to_have_count(3)
    expect(chat.mine).to_have_count(2)
    expect(chat.page.locator("nk92-chat .consent")).to_be_hidden()
    chat.say("And after that?")


def test_new_tab_begins_anew_and_leaves_nothing_behind(chat: Chat) -> None:
    chat.greet()
    other = chat.on(chat.window())
    other.page.locator("nk92-chat .launch").click()
    expect(other.page.locator("nk92-chat .consent")).to_be_visible()
    expect(other.replies).to_have_count(0)
    assert chat.page.evaluate("localStorage.length") == 0
    assert chat.context.cookies() == []


def share(page: Page) -> None:
    page.evaluate("""() => { const old = document.querySelector("nk92-chat"); const chat = document.createElement("nk92-chat");
      chat.setAttribute("storage", "local"); old.replaceWith(chat); }""")


def test_two_tabs_of_one_browser_show_the_same_conversation(chat: Chat) -> None:
    share(chat.page)
    chat.greet()
    other = chat.on(chat.window())
    share(other.page)
    other.page.locator("nk92-chat .launch").click()
    expect(other.replies).to_have_count(2)
    other.say("asked in the second tab")
    chat.page.bring_to_front()
    expect(chat.replies).to_have_count(3)
    expect(chat.mine.last).to_contain_text("asked in the second tab")
    chat.say("asked in the first tab")
    other.page.bring_to_front()
    expect(other.mine.last).to_contain_text("asked in the first tab")
    assert other.replies.count() == 4


def test_what_a_nurse_writes_later_appears_by_itself(chat: Chat, stack: Stack) -> None:
    chat.greet()
    append(stack, "A nurse has opened your message at 2:14 PM.")
    expect(chat.replies.last).to_contain_text("A nurse has opened your message", timeout=3_000)
    assert chat.focused().startswith("TEXTAREA")
    chat.page.keyboard.press("Escape")
    append(stack, "No one has seen this yet. Call (303) 555-0142.", "urgent")
    expect(chat.page.locator("nk92-chat .count")).to_contain_text("1", timeout=3_000)


def test_everything_can_be_done_with_the_keyboard_alone(chat: Chat) -> None:
    page = chat.page
    chat.page.locator("nk92-chat .launch").focus()
    page.keyboard.press("Enter")
    assert chat.focused() == "BUTTON main"
    page.keyboard.press("Enter")
    assert chat.focused().startswith("TEXTAREA")
    page.keyboard.type("Will I be tired?")
    page.keyboard.press("Enter")
    expect(chat.replies).to_have_count(2)
    assert chat.focused().startswith("TEXTAREA")
    page.keyboard.press("Shift+Tab")
    assert "How long" in page.evaluate("document.querySelector('nk92-chat').shadowRoot.activeElement.textContent")
    page.keyboard.press("Space")
    expect(chat.replies).to_have_count(3)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.querySelector('nk92-chat').shadowRoot.activeElement?.ariaLabel") == "Options":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('nk92-chat').shadowRoot.activeElement.textContent") == "Español"
    page.keyboard.press("Escape")
    assert page.evaluate("document.querySelector('nk92-chat').shadowRoot.activeElement.ariaLabel") == "Options"
    page.keyboard.press("Escape")
    expect(page.locator("nk92-chat dialog")).to_be_hidden()
    assert chat.focused() == "BUTTON launch"


def test_new_lines_never_take_the_focus(chat: Chat, stack: Stack) -> None:
    chat.greet()
    close = chat.page.get_by_role("button", name="Close chat")
    close.focus()
    append(stack, "later")
    expect(chat.replies.last).to_contain_text("later", timeout=3_000)
    expect(close).to_be_focused()


def test_a_small_screen_needs_no_sideways_scrolling(browser: Browser, stack: Stack) -> None:
    chat = Chat(browser, stack.service.address, size=SMALL)
    wide = "() => [document.documentElement, document.querySelector('nk92-chat').shadowRoot.querySelector('.scroll')].map((e) => e.scrollWidth - e.clientWidth)"
    assert chat.page.evaluate(wide) == [0, 0]
    chat.greet().say("x" * 200)
    chat.option("Larger text")
    chat.option("Larger text")
    assert chat.page.evaluate(wide) == [0, 0]
    chat.context.close()


def test_widget_speaks_spanish(browser: Browser, stack: Stack) -> None:
    chat = Chat(browser, stack.service.address, size=PHONE)
    chat.greet()
    chat.option("Español")
    expect(chat.page.get_by_role("heading", name="Preguntas sobre NK-92")).to_be_visible()
    chat.say("No puedo respirar, ayuda por favor", replies=2)
    emergency = chat.page.locator("nk92-chat .line.emergency")
    expect(emergency.locator(".flag")).to_have_text("Emergencia")
    expect(emergency.get_by_role("link", name="Llamar al 911")).to_be_visible()
    expect(emergency.locator(".words")).to_have_attribute("lang", "es")
    chat.page.reload()
    expect(chat.page.locator("nk92-chat .launch")).to_contain_text("Pregunte sobre NK-92")
    chat.context.close()


def test_conversation_can_be_saved_and_printed(chat: Chat) -> None:
    chat.greet().say("I have hives", replies=2)
    with chat.page.expect_download() as waiting:
        chat.option("Save as a file")
    saved = Path(waiting.value.path()).read_text(encoding="utf-8")
    assert "NK-92 questions – Pine Ridge Cancer Center" in saved and "I have hives" in saved and "URGENT" in saved
    chat.page.evaluate(
        "() => { window.print = () => { window.printed = document.querySelector('#nk92-paper').textContent;"
        " dispatchEvent(new Event('afterprint')); }; }"
    )
    chat.option("Print")
    chat.until("window.printed")
    assert "I have hives" in chat.page.evaluate("window.printed")
    assert chat.page.locator("#nk92-paper").count() == 0


def test_deleted_conversation_is_gone_and_an_urgent_one_stays_in_the_record(chat: Chat, stack: Stack) -> None:
    chat.greet().say("forget these words")
    chat.option("Delete my conversation")
    chat.page.get_by_role("button", name="Keep").click()
    expect(chat.mine.last).to_contain_text("forget these words")
    chat.option("Delete my conversation")
    chat.page.get_by_role("button", name="Delete", exact=True).click()
    expect(chat.replies.last).to_contain_text("Your messages are deleted.")
    expect(chat.mine).to_have_count(0)
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE text LIKE '%forget these words%'") == [(0,)]
    chat.say("I have hives and it itches", replies=3)
    chat.option("Delete my conversation")
    chat.page.get_by_role("button", name="Delete", exact=True).click()
    expect(chat.replies.last).to_contain_text("your care team keeps it in your medical record")
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE text = 'I have hives and it itches'") == [(1,)]


def test_what_is_written_never_becomes_markup(chat: Chat) -> None:
    chat.greet()
    hostile = "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script><a href='javascript:window.hit=1'>x</a> ‮abc"
    expect(chat.say(hostile).locator(".words")).to_contain_text("<img src=x")
    chat.page.reload()
    chat.page.locator("nk92-chat .launch").click()
    expect(chat.mine.last).to_contain_text("<script>")
    assert chat.page.evaluate("window.hit") is None
    assert chat.page.evaluate("document.querySelector('nk92-chat').shadowRoot.querySelectorAll('img,script,[href^=javascript]').length") == 0


def test_long_message_is_refused_kindly_and_kept(chat: Chat) -> None:
    chat.greet()
    chat.field.fill("pain " * 900)
    chat.page.locator("nk92-chat form .main").click()
    expect(chat.note).to_contain_text("too long")
    assert chat.field.input_value() == "pain " * 900


def test_emergency_number_stands_there_in_every_state(chat: Chat) -> None:
    page = chat.page
    expect(page.locator("nk92-chat .pill")).to_have_attribute("href", "tel:911")
    expect(page.locator("nk92-chat .pill")).to_be_in_viewport()
    page.locator("nk92-chat .launch").click()
    expect(page.locator("nk92-chat .sos")).to_be_in_viewport()
    page.locator("nk92-chat .consent .main").click()
    expect(page.locator("nk92-chat .sos")).to_be_in_viewport()
    page.locator("nk92-chat .plain").first.click()
    box, menu = page.locator("nk92-chat .sos").bounding_box(), page.locator("nk92-chat .menu").bounding_box()
    assert box and menu and box["y"] + box["height"] <= menu["y"]


def test_page_without_script_names_the_numbers(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(stack.service.address)
    expect(page.locator("nk92-chat a[href='tel:911']")).to_be_visible()
    context.close()


def test_nothing_is_asked_of_another_host(browser: Browser, stack: Stack) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(stack.service.address)
    page.locator("nk92-chat .launch").click()
    page.locator("nk92-chat .consent .main").click()
    page.wait_for_timeout(500)
    assert asked and all(url.startswith((stack.service.address, "blob:")) for url in asked)
    assert all("?" not in url and "token" not in url.lower() for url in asked)
    context.close()
