"""Notices that are due go out, at least once, whatever fails on the way; what became of each is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalation import outbox, staff
from escalation.models import Attempt, Case, Notice, NoticeState
from notify import RecordingNotifier
from tests.escalation.conftest import Say, the_case
from transcripts.models import Conversation, Message
from wording import Words

NURSE, NIGHT, ON_CALL, CHARGE = "mailbox://nurse-line", "mailbox://night-line", "mailbox://on-call", "mailbox://charge-nurse"


@pytest.fixture
def notifier() -> RecordingNotifier:
    return RecordingNotifier()


@pytest.fixture
def case(say: Say) -> Case:
    return the_case(say("i have chest pain, my name is Rosalinda").case.number)  # type: ignore[union-attr]


def run(case: Case, notifier: RecordingNotifier, words: Words, *, minutes: float = 0) -> int:
    """All that is due so many minutes after the case opened."""
    now = case.opened_at + timedelta(minutes=minutes)
    return sum(outbox.deliver(notice, notifier, words, now) for notice in outbox.take_due(now))


def addresses(notifier: RecordingNotifier) -> set[str]:
    return {address for address, _ in notifier.sent}


def test_first_rung_goes_out_at_once_and_the_next_in_time(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    assert run(case, notifier, words) == 2
    assert addresses(notifier) <= {NURSE, NIGHT, ON_CALL} and len(notifier.sent) == 2
    assert run(case, notifier, words, minutes=2.9) == 0
    assert run(case, notifier, words, minutes=3) == 2
    assert CHARGE in addresses(notifier)


def test_notice_carries_number_level_age_and_link_and_no_words(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    run(case, notifier, words)
    run(case, notifier, words, minutes=4)
    for _, letter in notifier.sent:
        written = f"{letter.title} {letter.body}"
        assert str(case.number) in written and "emergency" in written.lower() and f"/console/cases/{case.number}" in written
        assert not [word for word in ("chest", "pain", "Rosalinda", "5550187") if word in written]
    assert "4 min" in notifier.sent[-1][1].body


def test_patient_is_told_once_that_nobody_has_looked(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    run(case, notifier, words, minutes=3)
    run(case, notifier, words, minutes=30)
    told = Message.objects.filter(response="utter_case/unseen")
    assert told.count() == 1 and f"case {case.number}" in told.get().text and told.get().seq == 2


def test_acknowledged_case_tells_nobody_any_more(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    run(case, notifier, words)
    staff.acknowledge(case.number, "ann", words)
    assert run(case, notifier, words, minutes=60) == 0
    assert case.notices.filter(state=NoticeState.dropped).count() == 2


def test_acknowledgement_between_lease_and_delivery_is_heeded(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    taken = outbox.take_due(case.opened_at)
    staff.acknowledge(case.number, "ann", words)
    assert not any(outbox.deliver(notice, notifier, words, case.opened_at) for notice in taken)
    assert notifier.sent == []


def test_two_workers_do_not_take_the_same_notice(case: Case) -> None:
    assert len(outbox.take_due(case.opened_at)) == 2
    assert outbox.take_due(case.opened_at) == []


def test_lease_of_a_dead_worker_ends_and_the_notice_goes_out(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    outbox.take_due(case.opened_at)
    assert run(case, notifier, words, minutes=1.1) == 2


def test_failure_is_tried_again_with_the_same_key_and_kept(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    notifier.busy = {NURSE, NIGHT, ON_CALL}
    assert run(case, notifier, words) == 0
    assert run(case, notifier, words, minutes=0.01) == 0
    assert run(case, notifier, words, minutes=0.1) == 2
    assert sorted(Attempt.objects.values_list("outcome", flat=True)) == ["delivered"] * 2 + ["refused or unreachable"] * 2
    assert {letter.key for _, letter in notifier.sent} <= set(Notice.objects.values_list("key", flat=True))


def test_pause_between_tries_grows_and_has_a_limit(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    notice = outbox.take_due(case.opened_at)[0]
    pauses = []
    for attempt in range(1, outbox.MOST_ATTEMPTS):
        notice.attempts = attempt
        outbox._failed(notice, outbox.NotDelivered("no"), case.opened_at, 0)
        pauses.append((Notice.objects.get(pk=notice.pk).due_at - case.opened_at).total_seconds())
    assert pauses[0] < 3 and pauses[3] > pauses[0] and max(pauses) <= 1.2 * outbox.LONGEST_PAUSE


def test_address_that_can_never_work_is_given_up_and_the_next_rung_comes_forward(
    case: Case, notifier: RecordingNotifier, words: Words
) -> None:
    notifier.broken = {NURSE, NIGHT, ON_CALL}
    assert run(case, notifier, words) == 0
    assert case.notices.filter(state=NoticeState.dead).count() == 2
    assert run(case, notifier, words, minutes=0.01) == 2
    assert CHARGE in addresses(notifier)


def test_recipient_that_clinic_yml_no_longer_knows_is_given_up(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    case.notices.update(recipient="somebody-else")
    assert run(case, notifier, words) == 0
    assert case.notices.filter(state=NoticeState.dead).count() == 2


def test_notice_of_an_earlier_round_is_dropped(case: Case, say: Say, notifier: RecordingNotifier, words: Words) -> None:
    taken = outbox.take_due(case.opened_at)
    Case.objects.filter(pk=case.pk).update(round=2)
    assert not any(outbox.deliver(notice, notifier, words, case.opened_at) for notice in taken)


def test_patient_who_cannot_be_texted_is_to_be_telephoned(case: Case, notifier: RecordingNotifier, words: Words) -> None:
    Conversation.objects.update(cannot_text="stopped")
    run(case, notifier, words, minutes=3)
    assert not Message.objects.filter(response="utter_case/unseen").exists()
    assert Attempt.objects.filter(outcome="cannot text: phone").exists()
    assert all("telephone" in letter.body for _, letter in notifier.sent)
