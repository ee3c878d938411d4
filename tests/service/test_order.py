"""Once per message, and one message at a time per patient."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from tests.service.processes import PATIENCE, Process, Stack


def test_message_sent_many_times_at_once_is_processed_once(stack: Stack) -> None:
    patient = stack.patient()
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: patient.post("same #wait=0.3", client_id="once").json(), range(12)))
    assert all(answer["replies"] == answers[0]["replies"] for answer in answers)
    assert len([one for one in stack.asked() if one["text"] == "same #wait=0.3"]) == 1
    assert [line["from"] for line in patient.history()] == ["patient", "assistant", "assistant"]


def test_message_sent_again_later_gets_the_same_replies(stack: Stack) -> None:
    patient = stack.patient()
    first = patient.say("how long", client_id="a")
    assert patient.say("other words", client_id="a") == first


def test_same_id_of_two_patients_are_two_messages(stack: Stack) -> None:
    one, other = stack.patient(), stack.patient()
    assert "echo: mine" in one.say("mine", client_id="x")[-1]["text"]
    assert "echo: yours" in other.say("yours", client_id="x")[-1]["text"]


def test_messages_of_one_patient_are_asked_one_at_a_time_and_in_order(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    before = len(stack.asked())
    with ThreadPoolExecutor(8) as pool:
        waiting = []
        for number in range(8):
            waiting.append(pool.submit(patient.say, f"n{number} #wait=0.05", client_id=f"n{number}"))
            time.sleep(0.02)
        for number, replies in enumerate(waiting):
            assert f"n{number} " in replies.result()[0]["text"]
    asked = [one["text"] for one in stack.asked()[before:]]
    assert asked == [line["text"] for line in patient.history() if line["from"] == "patient"][1:]
    assert sorted(asked) == [f"n{number} #wait=0.05" for number in range(8)]


def test_slow_patient_delays_no_other(stack: Stack) -> None:
    slow, quick = stack.patient(), stack.patient()
    slow.greet()
    quick.greet()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(slow.say, "#wait=1")
        time.sleep(0.1)
        before = time.monotonic()
        quick.say("quick")
        assert time.monotonic() - before < 0.6
        waiting.result()


def test_queue_behind_a_hanging_message_is_answered_in_time(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    before = time.monotonic()
    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(patient.say, "#hang", client_id=f"h{number}") for number in range(5)]
        for replies in waiting:
            assert replies.result()[0]["response"] == "utter_unknown/no_answer"
    assert time.monotonic() - before < PATIENCE + 1.5


def test_alarm_behind_a_hanging_message_gets_its_safety_words_at_once_and_its_case(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(patient.say, "is it new? #hang", client_id="hanging")
        time.sleep(0.1)
        replies = patient.say("my chest hurts and I can't breathe", client_id="alarm")
        assert not waiting.done(), "before the message that hangs is given up"
        assert (replies[0]["response"], replies[1]["response"]) == ("utter_report/emergency", "utter_case/saved")
        assert waiting.result()[0]["response"] == "utter_unknown/no_answer"
    assert not [one for one in stack.asked() if one["text"].startswith("my chest hurts")], "Rasa was not asked"
    assert patient.say("hello after")[0]["text"].startswith("echo")


def test_two_service_processes_keep_one_patient_in_order(own_stack: Stack) -> None:
    second = Process("service.asgi:application", own_stack.environment, own_stack.folder / "second.log")
    second.start("/health")
    try:
        patient = own_stack.patient()
        patient.greet()
        before = len(own_stack.asked())
        addresses = (own_stack.service.address, second.address)

        def say(number: int) -> str:
            patient.url = f"{addresses[number % 2]}/api/messages"
            return str(patient.say(f"two{number} #wait=0.05", client_id=f"two{number}")[0]["text"])

        with ThreadPoolExecutor(8) as pool:
            texts = list(pool.map(say, range(8)))
    finally:
        second.stop()
    assert all(f"two{number} " in text for number, text in enumerate(texts))
    asked = [int(one["message_id"]) for one in own_stack.asked()[before:]]
    assert asked == sorted(set(asked)) and len(asked) == 8
