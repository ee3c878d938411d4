"""What breaks: the worker between the provider's yes and its record, and the service while a thought is unfinished."""

from __future__ import annotations

import signal
import time

from tests.channels.sms.telephones import Carrier, Worker, telephone


def unsent(carrier: Carrier) -> int:
    return int(
        carrier.stack.rows(
            "SELECT count(*) FROM transcripts_message m WHERE NOT inbound AND NOT EXISTS"
            " (SELECT 1 FROM sms_delivery d WHERE d.message_id = m.id AND d.state = 'sent')"
        )[0][0]
    )


def test_killed_worker_sends_every_text_once(own_carrier: Carrier) -> None:
    """Killed again and again while texts are under way. The lease is cut short in the database, so that the test need not wait for it."""
    patients = [telephone(number) for number in range(12)]
    for patient in patients:
        own_carrier.text(patient, f"hello from {patient[-4:]}")
        own_carrier.text(patient, "I can't breathe")
    worker = Worker(own_carrier.stack)
    for pause in (0.02, 0.1, 0.3):
        worker.start()
        time.sleep(pause)
        worker.stop(signal.SIGKILL)
        own_carrier.stack.rows("UPDATE sms_delivery SET leased_until = '2026-01-01 00:00:00' WHERE leased_until IS NOT NULL")
        own_carrier.stack.rows("DELETE FROM escalation_heartbeat")
    worker.start()
    try:
        until = time.monotonic() + 40
        while unsent(own_carrier):
            assert time.monotonic() < until
            time.sleep(0.1)
    finally:
        worker.stop()
    for patient in patients:
        texts = own_carrier.shown(patient)
        wanted = own_carrier.stack.rows(
            "SELECT d.text FROM sms_delivery d JOIN transcripts_conversation c ON c.id = d.conversation_id WHERE callback = ? ORDER BY place", patient
        )
        assert texts == [text for (text,) in wanted], "all of them, each once, in order"


def test_killed_service_answers_both_halves_together_after_its_restart(own_carrier: Carrier) -> None:
    stack = own_carrier.stack
    own_carrier.text(telephone(20), "hello")
    own_carrier.text(telephone(20), "what is #wait=1")
    own_carrier.text(telephone(20), "nk-92")
    stack.service.stop(signal.SIGKILL)
    stack.service.start("/health")
    until = time.monotonic() + 40
    while stack.rows("SELECT count(*) FROM transcripts_message WHERE answered = 0")[0][0]:
        assert time.monotonic() < until
        time.sleep(0.1)
    replies = [text for (text,) in stack.rows("SELECT text FROM transcripts_message WHERE NOT inbound ORDER BY seq")]
    assert sum(text.startswith("echo:") for text in replies) == 1
    assert any("hello what is #wait=1 nk-92" in text for text in replies)
    assert stack.rows("SELECT waiting, turn_of FROM transcripts_conversation") == [(0, None)]
