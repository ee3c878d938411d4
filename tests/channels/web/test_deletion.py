"""DELETE /api/conversation: the patient's words go, a case stays, and nothing comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.service.processes import WEB, Patient, Stack


def delete(stack: Stack, patient: Patient, language: str = "en") -> httpx.Response:
    headers = {**patient.headers, "Accept-Language": language}
    return WEB.delete(f"{stack.service.address}/api/conversation", headers=headers)


def conversation_of(stack: Stack, words: str) -> str:
    found: str = stack.rows("SELECT conversation_id FROM transcripts_message WHERE text = ?", words)[0][0]
    return found


def test_words_and_reasons_go_and_a_tombstone_stays(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("my private words")
    conversation = conversation_of(stack, "my private words")
    answer = delete(stack, patient)
    assert answer.status_code == 200
    assert answer.json()["deleted"] and not answer.json()["kept_in_record"]
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE conversation_id = ?", conversation) == [(0,)]
    assert stack.rows("SELECT count(*) FROM transcripts_reason WHERE message_id NOT IN (SELECT id FROM transcripts_message)") == [(0,)]
    ((deleted_at, waiting),) = stack.rows("SELECT deleted_at, waiting FROM transcripts_conversation WHERE id = ?", conversation)
    assert deleted_at and waiting == 0
    for table in ("message", "reason", "conversation"):
        assert "private words" not in str(stack.rows(f"SELECT * FROM transcripts_{table}"))  # noqa: S608


def test_urgent_conversation_is_closed_to_the_patient_and_kept_for_the_team(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("I have hives on my arms")
    conversation = conversation_of(stack, "I have hives on my arms")
    answer = delete(stack, patient).json()
    assert answer["kept_in_record"] and "medical record" in answer["message"]
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE conversation_id = ? AND inbound", conversation) == [(1,)]
    assert WEB.get(patient.url, headers=patient.headers).status_code == 401


def test_deleted_conversation_can_neither_be_read_nor_written_nor_deleted_again(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("once")
    delete(stack, patient)
    assert WEB.get(patient.url, headers=patient.headers).status_code == 401
    assert patient.post("again").status_code == 401
    assert delete(stack, patient).status_code == 401
    assert WEB.get(f"{stack.service.address}/api/stream", headers=patient.headers).status_code == 401


def test_message_in_work_while_its_conversation_is_deleted_leaves_no_words(stack: Stack) -> None:
    patient = stack.patient()
    patient.greet()
    with ThreadPoolExecutor() as pool:
        waiting = [pool.submit(patient.post, f"in work {number} #wait=0.6", client_id=f"w{number}") for number in range(3)]
        while not stack.rows("SELECT 1 FROM transcripts_message WHERE text LIKE 'in work%'"):
            pass
        delete(stack, patient)
        assert {answer.result().status_code for answer in waiting} <= {200, 401}
    assert stack.rows("SELECT count(*) FROM transcripts_message WHERE text LIKE '%in work%'") == [(0,)]


def test_words_of_the_answer_are_in_the_patients_language(stack: Stack) -> None:
    patient = stack.patient()
    patient.say("hola")
    assert delete(stack, patient, "es").json()["message"].startswith("Sus mensajes están borrados.")
    refused = WEB.get(patient.url, headers={**patient.headers, "Accept-Language": "es"})
    assert refused.json()["error"]["message"].startswith("Este chat terminó.")


def test_other_methods_are_refused(stack: Stack) -> None:
    patient = stack.patient()
    for method in ("GET", "POST", "PUT", "PATCH"):
        assert WEB.request(method, f"{stack.service.address}/api/conversation", headers=patient.headers).status_code == 405
    override = {**patient.headers, "X-HTTP-Method-Override": "DELETE"}
    assert WEB.post(f"{stack.service.address}/api/conversation", headers=override).status_code == 405
