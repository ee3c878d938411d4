"""A case as a FHIR R4 Bundle: what was said (Communication), temperature (Observation 8310-5), the case (Task), its level (Flag).

Checked against the models of fhir.resources (R4B: these four resources are the same in R4 4.0.1). The patient is known by the
conversation alone: linking it to a chart is the clinic's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fhir.resources.R4B.bundle import Bundle

from escalation.models import Case, State
from transcripts.models import Message

SYSTEM = "urn:nk92-assistant"
STATUS = {State.open: "requested", State.acknowledged: "in-progress", State.closed: "completed"}
PRIORITY = {"emergency": "stat", "urgent": "urgent", "request": "routine"}
LOINC_TEMPERATURE = {"coding": [{"system": "http://loinc.org", "code": "8310-5", "display": "Body temperature"}]}


def bundle(case: Case) -> str:
    """JSON of a validated Bundle; raises pydantic's ValidationError, which would be a fault of ours."""
    messages = list(Message.objects.filter(alarm__case=case).order_by("seq"))
    entries = [_task(case), _flag(case), *(_communication(case, message) for message in messages)]
    entries += [_observation(case, *found) for found in _temperatures(messages)]
    content = {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": _identifier("case", case.number),
        "timestamp": _instant(case.opened_at),
        "entry": [{"fullUrl": f"urn:nk92:{entry['resourceType'].lower()}:{entry['id']}", "resource": entry} for entry in entries],
    }
    return str(Bundle.model_validate(content).model_dump_json(indent=2))


def _subject(case: Case) -> dict[str, Any]:
    return {"type": "Patient", "identifier": _identifier("conversation", case.conversation_id)}


def _identifier(kind: str, value: object) -> dict[str, str]:
    return {"system": f"{SYSTEM}:{kind}", "value": str(value)}


def _task(case: Case) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "Task",
        "id": f"case-{case.number}",
        "identifier": [_identifier("case", case.number)],
        "status": STATUS[State(case.state)],
        "intent": "order",
        "priority": PRIORITY[case.level],
        "description": f"Case {case.number}: {case.level}",
        "for": _subject(case),
        "authoredOn": _instant(case.opened_at),
    }
    if case.acknowledged_by:
        found["owner"] = {"display": case.acknowledged_by}
    if case.outcome:
        found["output"] = [{"type": {"text": "outcome"}, "valueString": case.get_outcome_display()}]
    if case.note:
        found["note"] = [{"text": case.note, "time": _instant(case.closed_at or case.opened_at)}]
    return found


def _flag(case: Case) -> dict[str, Any]:
    signs = sorted({str(sign[0]).replace("_", " ") for sign in case.signs})
    period = {"start": _instant(case.opened_at)}
    if case.closed_at:
        period["end"] = _instant(case.closed_at)
    return {
        "resourceType": "Flag",
        "id": f"level-{case.number}",
        "status": "inactive" if case.state == State.closed else "active",
        "code": {"text": f"{case.level}: {', '.join(signs)}" if signs else case.level},
        "subject": _subject(case),
        "period": period,
    }


def _communication(case: Case, message: Message) -> dict[str, Any]:
    return {
        "resourceType": "Communication",
        "id": f"message-{message.pk}",
        "status": "completed",
        "subject": _subject(case),
        "sender": _subject(case),
        "medium": [{"text": case.channel}],
        "received": _instant(message.created_at),
        "payload": [{"contentString": message.text}],
    }


def _temperatures(messages: list[Message]) -> list[tuple[Message, float]]:
    found = []
    for message in messages:
        reason = getattr(message, "reason", None)
        celsius = reason.verdict.get("celsius") if reason else None
        if celsius is not None:
            found.append((message, float(celsius)))
    return found


def _observation(case: Case, message: Message, celsius: float) -> dict[str, Any]:
    unit = {"system": "http://unitsofmeasure.org", "code": "Cel", "unit": "°C"}
    category = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}
    return {
        "resourceType": "Observation",
        "id": f"temperature-{message.pk}",
        "status": "preliminary",  # a patient's own word
        "category": [{"coding": [category]}],
        "code": LOINC_TEMPERATURE,
        "subject": _subject(case),
        "effectiveDateTime": _instant(message.created_at),
        "valueQuantity": {"value": celsius, **unit},
    }


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
