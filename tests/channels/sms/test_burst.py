"""A replayed burst of webhooks: each text answered once, in order, STOP honoured for all. NK92_SMS_BURST sets its size."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from tests.channels.sms.telephones import Carrier, Worker, telephone

SIZE = int(os.environ.get("NK92_SMS_BURST") or 200)
AT_ONCE = 5  # connections, each posting the next webhook as soon as the last one is answered
QUICK = 0.1  # seconds, on a machine that does nothing else: for 99 of 100 of a full burst; the slowest hundredth of a small one is two
FULL, SMALL_SHARE = 1_000, 0.95
DUPLICATES = 10  # percent
TEXTS_EACH = 4  # questions, then STOP for every other patient


def forms(carrier: Carrier, patients: int) -> list[dict[str, str]]:
    """Every patient's questions; unique words, so that an answer tells whose and which it is."""
    return [
        carrier.form(telephone(patient), f"question p{patient}n{number} please")
        for patient in range(patients)
        for number in range(TEXTS_EACH)
    ]


def replay(carrier: Carrier, sent: list[dict[str, str]]) -> list[float]:
    """Seconds that each webhook took."""
    def post(form: dict[str, str]) -> float:
        signature = carrier.sign(form)
        before = time.perf_counter()
        answer = carrier.post(form, signature=signature)
        took = time.perf_counter() - before
        assert answer.status_code == 200 and "<Message>" not in answer.text
        return took

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(post, sent))


def slowness() -> float:
    """How much longer a calculation takes here than its own processor time: 1 on a machine that does nothing else."""
    wall, own = time.perf_counter(), time.process_time()
    sum(number * number for number in range(2_000_000))
    return max(1.0, (time.perf_counter() - wall) / (time.process_time() - own))


def test_burst_is_answered_once_each_and_stop_is_honoured(own_carrier: Carrier) -> None:
    worker = Worker(own_carrier.stack).start()
    patients = max(2, SIZE * (100 - DUPLICATES) // 100 // TEXTS_EACH)
    mix = random.Random(4)
    once = forms(own_carrier, patients)
    twice = mix.sample(once, max(0, SIZE - len(once)))
    burst = [*once, *twice]
    mix.shuffle(burst)
    own_carrier.text(telephone(5000), "warm up")  # the rules are read at the first text
    try:
        slow = slowness()
        took = sorted(replay(own_carrier, burst))
        slow = max(slow, slowness())
        p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99) - 1]
        ms = [round(1000 * seconds) for seconds in (p50, p99, took[-1])]
        print(f"\n{len(burst)} webhooks, {len(twice)} of them twice: p50, p99, worst {ms} ms; {slow:.1f} times slower than alone")
        until = time.monotonic() + 60 + SIZE / 10
        while own_carrier.stack.rows("SELECT count(*) FROM transcripts_message WHERE answered = 0")[0][0]:
            assert time.monotonic() < until, "not all are answered"
            time.sleep(0.2)
        stopped = range(0, patients, 2)
        replay(own_carrier, [own_carrier.form(telephone(one), "STOP") for one in stopped])
        replay(own_carrier, [own_carrier.form(telephone(one), f"question p{one}after stop") for one in stopped])
        while own_carrier.stack.rows(
            "SELECT count(*) FROM transcripts_message m WHERE NOT inbound"
            " AND NOT EXISTS (SELECT 1 FROM sms_delivery d WHERE d.message_id = m.id AND d.state != 'waiting')"
        )[0][0]:
            assert time.monotonic() < until, "not all texts are out"
            time.sleep(0.2)
    finally:
        worker.stop()
    assert own_carrier.stack.rows("SELECT count(*) FROM transcripts_message WHERE inbound")[0][0] == len(once) + 1 + 2 * len(stopped)
    for patient in range(patients):
        shown = own_carrier.shown(telephone(patient))
        said = " ".join(shown)
        got = Counter({number: said.count(f"p{patient}n{number} ") for number in range(TEXTS_EACH)})
        if patient not in stopped:
            assert set(got.values()) == {1}, (patient, shown)
        assert max(got.values()) <= 1
        confirmations = [place for place, text in enumerate(shown) if text.startswith("You are opted out")]
        assert confirmations == ([len(shown) - 1] if patient in stopped else [])
        assert "after stop" not in said
    bound = p99 if SIZE >= FULL else took[int(len(took) * SMALL_SHARE)]
    assert bound <= QUICK * slow
