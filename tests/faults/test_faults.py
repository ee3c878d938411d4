"""Whatever is killed, stopped or locked, and whenever: no message lost, no alarm without its case and its notice, no false promise.

NK92_FAULTS says how many faults strike: 12 here, 200 in `make test-faults`.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stack import canary
from tests.faults import storm
from tests.stack.conftest import ROOT, RunningStack

FAULTS = int(os.environ.get("NK92_FAULTS") or 12)
SEED = int(os.environ.get("NK92_SEED") or 92)
LOCK_SECONDS = 30.0 if FAULTS >= 100 else 7.0
CALM_WITHIN = 180.0


@dataclass(frozen=True)
class Aftermath:
    """What is left when all is calm again."""

    patients: list[storm.StormPatient]
    database: Path
    letters: list[str]

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.database, timeout=10) as database:
            return database.execute(statement, values).fetchall()


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    stack = RunningStack(tmp_path_factory.mktemp("storm"))
    try:
        stack.wait_until_ready()
        patients = storm.run(stack, faults=FAULTS, lock_seconds=LOCK_SECONDS, seed=SEED, say=lambda line: print(line, file=sys.stderr))
        found = Aftermath(patients, stack.var / "service.sqlite3", [])
        _wait_for_calm(stack, found)
        yield Aftermath(patients, stack.var / "service.sqlite3", storm.letters(stack.var / "mailbox"))
    finally:
        stack.end()


def _wait_for_calm(stack: RunningStack, found: Aftermath) -> None:
    """Until a made-up patient is answered, no message waits and no notice is overdue."""
    secret = (ROOT / "var" / "secrets" / "gateway_secret").read_text().strip()
    until = time.monotonic() + CALM_WITHIN
    while time.monotonic() < until:
        if canary.service_answers(stack.address, secret):
            waiting = found.rows("SELECT count(*) FROM transcripts_message WHERE inbound AND NOT answered")
            unsent = found.rows("SELECT count(*) FROM escalation_notice WHERE state = 'waiting' AND due_at < datetime('now', '-2 seconds')")
            if waiting == unsent == [(0,)]:
                return
        time.sleep(1)
    raise AssertionError("no calm after the storm")


def test_every_message_that_was_taken_is_stored_once(aftermath: Aftermath) -> None:
    sent = [message.client_id for patient in aftermath.patients for message in patient.sent]
    assert len(sent) > FAULTS / 2 and len(set(sent)) == len(sent)
    assert [lost for patient in aftermath.patients for lost in patient.lost] == []
    stored = [row[0] for row in aftermath.rows("SELECT external_id FROM transcripts_message WHERE inbound")]
    assert len(stored) == len(set(stored)) and set(sent) <= set(stored)


def test_every_alarm_has_exactly_one_case_and_a_notice_that_arrived(aftermath: Aftermath) -> None:
    alarms = [message.client_id for patient in aftermath.patients for message in patient.sent if message.alarm]
    assert alarms
    for alarm in alarms:
        found = aftermath.rows(
            "SELECT a.case_id FROM escalation_alarm a JOIN transcripts_message m ON m.id = a.message_id WHERE m.external_id = ?", alarm
        )
        assert len(found) == 1, alarm
        keys = [row[0] for row in aftermath.rows("SELECT key FROM escalation_notice WHERE case_id = ? AND state = 'delivered'", found[0][0])]
        assert any(key in aftermath.letters for key in keys), (alarm, keys)


def test_each_patient_has_one_case_that_is_open(aftermath: Aftermath) -> None:
    cases = aftermath.rows("SELECT conversation_id, count(*) FROM escalation_case WHERE kind = 'patient' GROUP BY conversation_id")
    assert len(cases) == len(aftermath.patients) and {count for _, count in cases} == {1}


def test_no_promise_is_older_than_what_it_promises(aftermath: Aftermath) -> None:
    promises = aftermath.rows(
        "SELECT m.created_at, c.opened_at FROM transcripts_message m JOIN escalation_case c ON c.conversation_id = m.conversation_id"
        " WHERE m.response LIKE 'utter_case/%' AND c.kind = 'patient'"
    )
    assert promises and all(said >= opened for said, opened in promises)


def test_every_message_was_answered(aftermath: Aftermath) -> None:
    unanswered = aftermath.rows(
        "SELECT count(*) FROM transcripts_message m WHERE inbound AND (NOT answered OR NOT EXISTS"
        " (SELECT 1 FROM transcripts_message r WHERE r.reply_to_id = m.id))"
    )
    assert unanswered == [(0,)]


def test_order_of_each_sender_and_of_the_replies_holds(aftermath: Aftermath) -> None:
    place = dict(aftermath.rows("SELECT external_id, seq FROM transcripts_message WHERE inbound"))
    for patient in aftermath.patients:
        for sender in range(patient.senders):
            mine = [message.client_id for message in sorted(patient.sent, key=lambda one: one.place) if message.sender == sender]
            stored = [place[client_id] for client_id in mine]
            assert stored == sorted(stored)
    pairs = aftermath.rows(
        "SELECT m.conversation_id, m.seq, min(r.seq) FROM transcripts_message m JOIN transcripts_message r ON r.reply_to_id = m.id"
        " GROUP BY m.id ORDER BY m.conversation_id, m.seq"
    )
    for (conversation, _, first), (following, _, later) in zip(pairs, pairs[1:], strict=False):
        assert conversation != following or first < later
