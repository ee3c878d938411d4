"""A nurse's day in a real browser, in front of the real service."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.service.processes import Stack

Desk = Callable[..., Page]
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> I have chest pain"


def number(page: Page) -> str:
    """The case at the top of the queue that is the newest."""
    found = [int(one) for one in re.findall(r"Case (\d+)", page.locator("#board").inner_text())]
    return str(max(found))


def alarm(stack: Stack, page: Page, words: str = "I have chest pain") -> tuple[str, float]:
    """A patient raises an alarm; gives the case's number, and after how many seconds the page showed it."""
    before = page.locator(".case").count()
    patient = stack.patient()
    patient.say(words)
    said = time.monotonic()
    expect(page.locator(".case")).to_have_count(before + 1, timeout=5_000)
    return number(page), time.monotonic() - said


def test_alarm_appears_within_two_seconds_rings_and_counts_in_the_title(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    page.wait_for_function("window.htmx")
    case, seconds = alarm(stack, page)
    assert seconds < 2, seconds
    expect(page.locator("html")).to_have_attribute("data-rang", "1")
    expect(page).to_have_title(re.compile(r"^\(\d+\) Queue"))
    row = page.locator(f"#case-{case}")
    expect(row.locator(".level")).to_have_text("Emergency")
    expect(row.locator("q")).to_have_text("chest pain")


def test_nurse_acknowledges_answers_and_closes_and_the_patient_reads_it(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    patient = stack.patient()
    patient.say("my temp is 102.2")
    page.reload()
    case = number(page)
    page.get_by_role("button", name=f"Acknowledge case {case}").click()
    expect(page.locator(f"#case-{case}")).to_contain_text("ann,")
    assert any("opened your message" in line["text"] for line in patient.history())
    page.get_by_role("link", name=f"Case {case}", exact=True).click()
    page.get_by_label("Your words").fill("Please take your temperature again and tell me.")
    page.get_by_role("button", name="Send to the patient").click()
    expect(page.get_by_text("You are writing.")).to_be_visible()
    assert patient.history()[-1]["text"] == "Please take your temperature again and tell me."
    assert patient.say("it is better, thank you. Can I shower?") == [], "the assistant keeps quiet"
    expect(page.get_by_text("Can I shower?")).to_be_visible()
    assert patient.say("now I can't breathe")[0]["level"] == "emergency"
    expect(page.locator(".said.emergency").first).to_be_visible()
    page.get_by_role("button", name="Hand back to the assistant").click()
    assert "automated assistant again" in patient.history()[-1]["text"]
    page.goto(f"/console/cases/{case}")
    page.get_by_label("Outcome").select_option("called")
    page.get_by_label("What was done").fill("Called her, she goes to the emergency department.")
    page.get_by_role("button", name="Close the case").click()
    expect(page.get_by_text(f"Case {case} is closed.")).to_be_visible()
    page.goto("/console/queue")
    expect(page.locator(f"#case-{case}")).to_have_count(0)


def test_alarm_rings_on_every_page(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    page.goto("/console/overview")
    expect(page.locator("#alarms")).to_be_attached()
    page.wait_for_function("sessionStorage.getItem('heard') !== null")
    stack.patient().say("I have chest pain")
    expect(page.locator("html")).to_have_attribute("data-rang", "1", timeout=4_000)
    page.locator("#alarms a").click()
    expect(page).to_have_url(re.compile("/console/queue$"))


def test_second_nurse_sees_at_once_that_the_case_is_taken(stack: Stack, desk_of: Desk) -> None:
    ann, ben = desk_of("ann"), desk_of("ben")
    case, _ = alarm(stack, ann)
    expect(ben.locator(f"#case-{case}")).to_be_visible()
    ben.route("**/queue/live*", lambda route: route.abort())  # Ben's page is a moment behind
    ann.locator(f"#ack-{case}").click()
    expect(ann.locator(f"#ack-{case}")).to_have_count(0)
    ben.locator(f"#ack-{case}").click()
    expect(ben.get_by_role("alert").filter(has_text=f"Case {case} was acknowledged by ann")).to_be_visible()
    expect(ben.locator(f"#case-{case}")).to_contain_text("ann,")


def test_page_that_is_cut_off_says_so(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    page.context.set_offline(True)
    expect(page.get_by_text("cut off from the service")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("cut off from the service")).to_have_count(0)


def test_hostile_words_stay_words_in_the_browser(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    case, _ = alarm(stack, page, HOSTILE)
    for where in (f"/console/cases/{case}", "/console/conversations?q=onerror", "/console/queue"):
        page.goto(where)
        page.wait_for_timeout(300)
        assert "owned" not in page.title() and page.locator("img").count() == 0
    page.goto(f"/console/cases/{case}")
    expect(page.locator(".said.patient .words")).to_have_text(HOSTILE)


def test_everything_urgent_works_by_keyboard_alone(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    case, _ = alarm(stack, page)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the page")).to_be_focused()
    for _ in range(30):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == f"open-{case}":
            break
    expect(page.locator(f"#open-{case}")).to_be_focused()
    page.wait_for_timeout(1_500)
    expect(page.locator(f"#open-{case}")).to_be_focused()  # a renewal of the rows takes the place away from nobody
    page.keyboard.press("a")
    expect(page.locator(f"#ack-{case}")).to_have_count(0)
    for _ in range(30):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.id") == f"open-{case}":
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/console/cases/{case}$"))
    page.get_by_label("Outcome").focus()
    page.keyboard.type("Advised")
    page.keyboard.press("Tab")
    page.keyboard.type("Told what to do.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Case {case} is closed.")).to_be_visible()


def test_review_takes_one_key_for_each_message(stack: Stack, desk_of: Desk) -> None:
    stack.patient().say("hello there")
    stack.rows("UPDATE transcripts_reason SET intent = 'nlu_fallback' WHERE id = (SELECT max(id) FROM transcripts_reason)")
    page = desk_of("ann", "/console/review")
    before = page.locator(".group").count()
    page.keyboard.press("j")
    page.keyboard.press("5")
    expect(page.get_by_text("judged: new question")).to_be_visible()
    expect(page.locator(".group")).to_have_count(before - 1)


def test_number_is_shown_on_asking_without_leaving_the_queue(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann")
    case, _ = alarm(stack, page, "I threw up blood")
    stack.rows("UPDATE escalation_case SET callback = '+13035550123' WHERE id = ?", int(case) - 1000)
    page.reload()
    page.get_by_role("button", name=f"Show the number of case {case}").click()
    expect(page.get_by_role("link", name="(303) 555-0123")).to_be_visible()


def test_reading_works_without_javascript(stack: Stack, desk_of: Desk) -> None:
    page = desk_of("ann", java_script_enabled=False)
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.get_by_role("button", name=re.compile("Acknowledge case")).first.click()
    expect(page.get_by_text("The patient was told.")).to_be_visible()
