"""Production settings, the lean path of patients, deployment checks, and figures on a small database."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from console import charts, figures, measuring
from console.models import Opinion
from escalation import staff
from escalation.models import Case, Step
from service.handler import ApiHandler, LeanHandler
from tests.console.conftest import Say, SignedIn
from transcripts.models import Message

ROOT = Path(__file__).resolve().parents[2]


def check(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)


def test_deployment_check_is_clean_in_production_settings() -> None:
    done = check(NK92_PUBLIC_URL="https://assistant.example.org", NK92_ALLOWED_HOSTS="assistant.example.org")
    assert done.returncode == 0 and "no issues" in done.stdout, done.stderr


def test_demo_mode_is_refused_at_a_public_address() -> None:
    done = check(NK92_PUBLIC_URL="https://assistant.example.org", NK92_DEMO="yes")
    assert done.returncode != 0 and "must not run at an https" in done.stderr


def test_path_of_patients_runs_no_middleware() -> None:
    for handler in (ApiHandler(), LeanHandler()):
        assert handler._view_middleware == []  # type: ignore[attr-defined]
        assert handler._middleware_chain.__wrapped__.__func__ is LeanHandler._get_response_async  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_chat_page_makes_no_session_and_the_console_is_not_cached(client: Client) -> None:
    assert client.get("/console/sign-in")["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_address_without_a_slash_leads_to_the_console(client: Client) -> None:
    assert client.get("/console")["Location"] == "/console/"


@pytest.fixture
def history(say: Say) -> list[Case]:
    """Three closed cases, acknowledged after 1, 2 and 12 minutes."""
    for minutes in (1, 2, 12):
        case_of = say("I have chest pain").conversation
        case = Case.objects.get(conversation_id=case_of)
        staff.close(case.number, "ann", outcome="called", note="x")
        Step.objects.create(case=case, what="acknowledged", level=case.level, who="ann", at=case.opened_at + timedelta(minutes=minutes))
    return list(Case.objects.all())


@pytest.mark.django_db
def test_overview_counts_what_happened(history: list[Case], say: Say) -> None:
    for place, message in enumerate(Message.objects.filter(level="emergency")):
        Opinion.objects.create(message=message, judgement="not_urgent" if place == 0 else "right", who="ann", at=timezone.now())
    found = {table.name: table for table in figures.tables(30, timezone.now())}
    assert sum(row[1] for row in found["volumes"].rows) == 3 and sum(row[2] for row in found["cases"].rows) == 3
    assert found["acknowledged"].rows[0] == ("Emergency", 2.0, 12.0, 12.0, 3, 0)
    assert found["outcomes"].rows == [("Called the patient", 3)]
    assert found["red-flags"].rows[0] == ("chest pain", 67, 2, 3)
    for table in found.values():
        assert all(bar.x >= 0 and bar.height >= 0 for bar in charts.chart(table).bars)


@pytest.mark.django_db
def test_first_message_of_a_period_is_found_by_bisection(say: Say) -> None:
    numbers = [say("hello").id for _ in range(5)]
    for place, number in enumerate(numbers):
        Message.objects.filter(pk=number).update(created_at=timezone.now() - timedelta(days=10 - place))
    assert figures.first_since(timezone.now() - timedelta(days=8, hours=1)) == numbers[2]
    assert figures.first_since(timezone.now() - timedelta(days=99)) <= numbers[0]
    assert figures.first_since(timezone.now()) > numbers[-1]


@pytest.mark.django_db
def test_overview_is_shown_and_prints_its_tables(history: list[Case], signed_in: SignedIn) -> None:
    page = signed_in("auditor").get("/console/overview?days=7").content.decode()
    assert page.count("<svg") >= 4 and "<table>" in page and "style=" not in page
    assert "Cases as CSV" not in page


@pytest.mark.django_db
def test_made_up_data_can_be_seeded_and_measured() -> None:
    call_command("demo_data", "--measure", conversations=60, messages=4, days=10, stdout=(said := io.StringIO()))
    assert said.getvalue().startswith("240 messages")
    assert Message.objects.filter(inbound=True, reason__isnull=True).count() == 0
    assert {one.name for one in measuring.figures(1)} >= {"queue", "search", "conversation page", "writing a message"}
