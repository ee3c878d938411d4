"""The webhooks of the running service, signed by the validator of Twilio's own SDK."""

from __future__ import annotations

import time
from urllib.parse import urlencode

import pytest

from channels.sms.providers.fake import new_id
from tests.channels.sms.telephones import Carrier, telephone


def stored(carrier: Carrier) -> int:
    return int(carrier.stack.rows("SELECT count(*) FROM transcripts_message WHERE inbound")[0][0])


def test_signed_text_is_stored_when_the_answer_leaves_and_answered_after_it(carrier: Carrier) -> None:
    before = stored(carrier)
    answer = carrier.text(telephone(1), "what is nk-92")
    assert stored(carrier) == before + 1
    assert answer.headers["content-type"].startswith("text/xml") and answer.text.endswith("<Response></Response>")
    assert carrier.wait(telephone(1), 2)[1].startswith("echo: what is nk-92")


def test_emergency_waits_for_nothing(carrier: Carrier) -> None:
    carrier.text(telephone(2), "hello")
    carrier.wait(telephone(2), 2)
    carrier.text(telephone(2), "I can't breathe")
    assert carrier.wait(telephone(2), 3)[2].startswith("Call 911 now")


def test_two_halves_of_a_thought_are_understood_together(carrier: Carrier) -> None:
    carrier.text(telephone(3), "hello")
    carrier.wait(telephone(3), 2)
    carrier.text(telephone(3), "my temp is")
    carrier.text(telephone(3), "101.5")
    texts = carrier.wait(telephone(3), 5)
    assert texts[2].startswith("Call your care team now")
    assert texts[4].startswith("echo: my temp is 101.5")
    time.sleep(1)
    assert len(carrier.shown(telephone(3))) == 5


@pytest.mark.parametrize("change", ["Body", "From", "MessageSid", "NumMedia", "New"])
def test_changed_text_is_refused_and_nothing_stored(carrier: Carrier, change: str) -> None:
    before = stored(carrier)
    form = carrier.form(telephone(4), "what is nk-92")
    signature = carrier.sign(form)
    answer = carrier.post({**form, change: "+13035550199"}, signature=signature)
    assert (answer.status_code, answer.content) == (403, b"")
    assert stored(carrier) == before


def test_unsigned_truncated_and_forged_texts_are_refused(carrier: Carrier) -> None:
    before = stored(carrier)
    form = carrier.form(telephone(4), "what is nk-92")
    body, signature = urlencode(form), carrier.sign(form)
    answers = [
        carrier.post(form, signature=""),
        carrier.post(form, signature="AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        carrier.post(form, signature=signature[:-3]),
        carrier.post(form, content=body[: len(body) // 2], signature=signature),
        carrier.post(form, content="", signature=signature),
        carrier.post(form, content=body + "&Body=other", signature=signature),
        carrier.post(form, content=body + "&Body=" + form["Body"], signature=signature),
        carrier.post(form, content=b"\xff\xfe%zz" + body.encode(), signature=signature),
        carrier.post(form, content="&".join(f"a{number}=1" for number in range(3000)), signature=signature),
        carrier.post(form, signature=carrier.sign(form, "/sms/status")),
        carrier.post(form, path="/sms/inbound?x=1", signature=signature),
        carrier.post({}, signature="x"),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert stored(carrier) == before


def test_value_moved_between_parameters_is_refused_although_it_signs_alike(carrier: Carrier) -> None:
    """The signature joins names and values: "Body" + "hi" + "From" + number could be a body that holds a number."""
    before = stored(carrier)
    form = carrier.form(telephone(4), f"hiFrom{telephone(5)}")
    moved = {**form, "Body": "hi", "From": telephone(5) + "From" + telephone(4)}
    ordered = {name: value for name, value in moved.items() if name not in ("FromCity", "FromCountry", "FromState", "FromZip")}
    original = {name: value for name, value in form.items() if name in ordered}
    assert carrier.sign(original) == carrier.sign(ordered)
    assert carrier.post(ordered).status_code == 200
    assert stored(carrier) == before


def test_repeated_delivery_is_answered_once(carrier: Carrier) -> None:
    form = carrier.form(telephone(6), "what is nk-92")
    for _ in range(3):
        assert carrier.post(form).status_code == 200
    carrier.wait(telephone(6), 2)
    assert carrier.post(form).status_code == 200
    time.sleep(1)
    assert len(carrier.shown(telephone(6))) == 2


@pytest.mark.parametrize(
    "more",
    [
        {"Body": ""}, {"Body": "", "NumMedia": "1", "MediaUrl0": "https://example.org/x"}, {"Body": "x" * 1700}, {"Body": "\x00 \ud83d\udc4d 👍"},
        {"NumMedia": "many"}, {"Unheard": "of", "Ünheard": "öf"}, {"OptOutType": "NONSENSE"}, {"Body": "/restart"}, {"Body": "a" * 30_000},
    ],
    ids=str,
)  # fmt: skip
def test_odd_texts_are_taken(carrier: Carrier, more: dict[str, str]) -> None:
    more = {name: value.encode("utf-16", "surrogatepass").decode("utf-16") for name, value in more.items()}
    before = stored(carrier)
    assert carrier.post(carrier.form(telephone(7), "hello", **more)).status_code == 200
    assert stored(carrier) == before + 1


@pytest.mark.parametrize("sender", ["", "12345", "CLINIC", "whatsapp:+13035550142", "+1303555", "+13035550142;ext=1"])
def test_what_is_no_telephone_is_answered_politely_and_not_stored(carrier: Carrier, sender: str) -> None:
    before = stored(carrier)
    assert carrier.post(carrier.form(sender, "hello")).status_code == 200
    assert carrier.post(carrier.form(telephone(8), "hello", MessageSid="SM 1")).status_code == 200
    assert stored(carrier) == before


def test_other_methods_are_refused(carrier: Carrier) -> None:
    import httpx

    for path in ("/sms/inbound", "/sms/status"):
        assert httpx.get(carrier.url + path).status_code == 405


def test_status_is_noted_when_it_is_signed(carrier: Carrier) -> None:
    carrier.text(telephone(9), "hello")
    carrier.wait(telephone(9), 2)
    time.sleep(0.5)
    find = "SELECT d.key, provider_id, d.state FROM sms_delivery d JOIN transcripts_conversation c ON c.id = d.conversation_id WHERE callback = ?"
    key, sid, _ = carrier.stack.rows(find, telephone(9))[0]
    path = f"/sms/status?key={key}"
    form = {"MessageSid": sid, "MessageStatus": "undelivered", "ErrorCode": "21610", "AccountSid": "AC" + "1" * 32}
    assert carrier.post(form, path=path, signature="forged").status_code == 403
    assert carrier.post(form, path=f"/sms/status?key={key}9", signature=carrier.sign(form, path)).status_code == 403
    assert carrier.stack.rows(find, telephone(9))[0][2] == "sent"
    assert carrier.post(form, path=path).status_code == 204
    assert carrier.stack.rows(find, telephone(9))[0][2] == "failed"
    assert carrier.stack.rows("SELECT cannot_text FROM transcripts_conversation WHERE callback = ?", telephone(9)) == [("blocked",)]
    assert carrier.post({**form, "MessageSid": new_id()}, path="/sms/status?key=nothing").status_code == 204


def test_database_that_cannot_be_written_is_admitted_in_the_answer(carrier: Carrier) -> None:
    import sqlite3

    blocker = sqlite3.connect(carrier.stack.folder / "service.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        answer = carrier.text(telephone(10), "I can't breathe")
    finally:
        blocker.execute("ROLLBACK")
    first, second = answer.text.split("<Message>")[1:]
    assert first.startswith("Call 911 now") and "could not save" in second


def test_no_number_and_no_words_in_any_log(carrier: Carrier) -> None:
    carrier.text(telephone(11), "a secret of mine")
    carrier.wait(telephone(11), 2)
    logs = carrier.stack.log + (carrier.stack.folder / "worker.log").read_text()
    assert telephone(11)[2:] not in logs and "secret of mine" not in logs
