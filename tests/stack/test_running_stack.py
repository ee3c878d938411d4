"""The whole stack with real parts: asked, broken, restarted."""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack import canary
from stack.web import NoAnswer, call
from tests.stack.conftest import ROOT, RunningStack

BACK_WITHIN = 60
FATIGUE = "will i be very tired afterwards"


def answered(stack: RunningStack) -> bool:
    secret = (ROOT / "var" / "secrets" / "gateway_secret").read_text().strip()
    return canary.service_answers(stack.address, secret)


def wait_until_back(stack: RunningStack) -> float:
    started = time.monotonic()
    while not answered(stack):
        assert time.monotonic() - started < BACK_WITHIN, "the part did not come back"
        time.sleep(0.5)
    return time.monotonic() - started


def test_question_gets_its_sourced_answer(running_stack: RunningStack) -> None:
    replies = running_stack.patient().says(FATIGUE)
    assert [reply["response"] for reply in replies] == ["utter_smalltalk/disclosure", "utter_education/fatigue"]
    assert replies[1]["text"].endswith("From the NK-92 monograph: Side effects")
    assert replies[1]["facts"] and replies[1]["buttons"]


def test_follow_up_and_quick_reply_work(running_stack: RunningStack) -> None:
    patient = running_stack.patient()
    choice = patient.says("what are the side effects")[-1]["buttons"][0]
    assert "48 hours" in patient.hears(FATIGUE)
    assert "48 hours" in patient.hears("how long does that last?")
    body = {"client_id": "choice", "text": choice["title"], "choice": choice["id"]}
    chosen = call(f"{running_stack.address}/api/messages", body, patient.headers)["replies"]
    assert chosen[0]["response"].startswith("utter_")


def test_emergency_comes_first_even_on_first_contact(running_stack: RunningStack) -> None:
    replies = running_stack.patient().says("my chest hurts and i cant breathe")
    assert replies[0]["level"] == "emergency"
    assert replies[0]["text"].startswith("Call 911 now")


@pytest.mark.parametrize("typed", ["/restart", "/education{}", '/report{"level":"none"}', "  /session_start", "／back"])
def test_typed_command_is_not_obeyed(running_stack: RunningStack, typed: str) -> None:
    patient = running_stack.patient()
    assert "48 hours" in patient.hears(FATIGUE)
    assert patient.says(typed)
    after = [reply["response"] for reply in patient.says("how long does that last?")]
    assert after != ["utter_followup/how_long"], "the conversation was reset: no subject is left to refer to"


ODD = ["", "   ", "\x00", "😀" * 1000, "<script>alert(1)</script>", "'; DROP TABLE message; --", "\u202etext", "a" * 3999, "你好", "Привет"]
ODD += ["مرحبا", "xin chào"]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_text_gets_a_sensible_reply_or_a_refusal(running_stack: RunningStack, text: str) -> None:
    patient = running_stack.patient()
    try:
        assert patient.says(text)
    except NoAnswer as problem:
        assert problem.status is not None and 400 <= problem.status < 500
    assert "48 hours" in patient.hears(FATIGUE)


def test_chat_answers_a_file_line_by_line(running_stack: RunningStack) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stack.chat"], cwd=ROOT, env=running_stack.environment, input=f"{FATIGUE}\nthanks\n", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"> {FATIGUE}" in done.stdout and "48 hours" in done.stdout and "> thanks" in done.stdout


def test_second_start_says_that_it_runs_already(running_stack: RunningStack) -> None:
    done = subprocess.run([sys.executable, "-m", "stack.supervisor"], cwd=ROOT, env=running_stack.environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "runs already" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hanging"])
def test_patient_is_answered_within_ten_seconds_while_rasa_is_gone_and_rasa_comes_back(running_stack: RunningStack, number: int) -> None:
    patient = running_stack.patient()
    patient.says("hello")
    running_stack.kill("rasa", number)
    started = time.monotonic()
    replies = patient.says(FATIGUE)
    assert time.monotonic() - started < 10
    assert replies
    emergency = patient.says("i cant breathe")
    assert emergency[0]["level"] == "emergency"
    wait_until_back(running_stack)
    history = call(f"{running_stack.address}/api/messages?after=0", headers=patient.headers)["messages"]
    assert [line["text"] for line in history if line["from"] == "patient"] == ["hello", FATIGUE, "i cant breathe"]


def test_dead_action_server_leaves_the_numbers_to_call(running_stack: RunningStack) -> None:
    patient = running_stack.patient()
    patient.says("hello")
    running_stack.kill("actions", signal.SIGSTOP)
    started = time.monotonic()
    heard = patient.hears("can i talk to a nurse please")
    assert time.monotonic() - started < 10
    assert "(303) 555-0142" in heard
    running_stack.kill("actions", signal.SIGKILL)
    time.sleep(1)
    wait_until_back(running_stack)


def test_killed_service_comes_back_and_has_lost_nothing(running_stack: RunningStack) -> None:
    patient = running_stack.patient()
    patient.says(FATIGUE)
    running_stack.kill("service", signal.SIGKILL)
    time.sleep(0.5)
    wait_until_back(running_stack)
    history = call(f"{running_stack.address}/api/messages?after=0", headers=patient.headers)["messages"]
    assert [line["text"] for line in history if line["from"] == "patient"] == [FATIGUE]


def test_no_log_holds_a_patients_words(running_stack: RunningStack) -> None:
    words = "my secret zebra embroidery question"
    running_stack.patient().says(words)
    for log in (running_stack.var / "log").iterdir():
        assert "zebra" not in log.read_text(errors="replace"), log.name


def listening(pid: int) -> set[str]:
    """The addresses (in the kernel's hexadecimal) on which a process listens."""
    sockets = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    rows = [line.split() for table in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]]
    return {row[1].split(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


@pytest.mark.parametrize("part", ["rasa", "actions", "service"])
def test_part_listens_on_loopback_only(running_stack: RunningStack, part: str) -> None:
    assert listening(running_stack.pid(part)) == {"0100007F"}


@pytest.fixture(scope="module", autouse=True)
def ends_cleanly(running_stack: RunningStack) -> object:
    yield
    pids = [running_stack.pid(part) for part in ("rasa", "actions", "service")]
    assert running_stack.stop() == 0
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists() and "Z" not in Path(f"/proc/{pid}/stat").read_text().split()[2]]
    assert not os.path.exists(running_stack.var / "run" / "stack.json")
