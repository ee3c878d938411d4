from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from channels.sms.providers import FakeProvider, provider_of
from channels.sms.providers.twilio import TwilioProvider
from service import texting

TOKEN = "0123456789abcdef0123456789abcdef"
TWILIO = {
    "NK92_SMS_PROVIDER": "twilio",
    "NK92_SMS_ACCOUNT": "AC" + "0" * 32,
    "NK92_SMS_NUMBER": "+13035550100",
    "NK92_SMS_PUBLIC_URL": "https://nk92.clinic.example",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    (tmp_path / "number_key").write_text("k" * 40)
    (tmp_path / "sms_auth_token").write_text(TOKEN)
    return tmp_path


def read(monkeypatch: pytest.MonkeyPatch, secrets: Path, **environment: str):  # type: ignore[no-untyped-def]
    for name in ("PROVIDER", "ACCOUNT", "NUMBER", "MESSAGING_SERVICE", "PUBLIC_URL", "JOIN_SECONDS", "SAFETY_AFTER_STOP"):
        monkeypatch.delenv(f"NK92_SMS_{name}", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return texting.read(var=secrets, secrets=secrets, public_url="http://127.0.0.1:8000")


def test_laptop_gets_the_fake_provider_without_any_setting(monkeypatch: pytest.MonkeyPatch, secrets: Path) -> None:
    found = read(monkeypatch, secrets)
    assert found.is_demo and isinstance(provider_of(found), FakeProvider)
    assert found.auth_token not in repr(found) and found.number_key not in repr(found)


def test_twilio_gets_its_settings_and_its_secret(monkeypatch: pytest.MonkeyPatch, secrets: Path) -> None:
    found = read(monkeypatch, secrets, **TWILIO)
    assert (found.account, found.number, found.auth_token) == ("AC" + "0" * 32, "+13035550100", TOKEN)
    assert isinstance(provider_of(found), TwilioProvider)


def test_texts_can_be_off(monkeypatch: pytest.MonkeyPatch, secrets: Path) -> None:
    assert provider_of(read(monkeypatch, secrets, NK92_SMS_PROVIDER="off")) is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"NK92_SMS_PROVIDER": "pigeon"}, "must be one of fake, twilio, off"),
        ({"NK92_SMS_ACCOUNT": ""}, "NK92_SMS_ACCOUNT must be the account's SID"),
        ({"NK92_SMS_NUMBER": ""}, "Set one of NK92_SMS_NUMBER and NK92_SMS_MESSAGING_SERVICE"),
        ({"NK92_SMS_NUMBER": "303-555-0100"}, "must be written like"),
        ({"NK92_SMS_MESSAGING_SERVICE": "MG" + "0" * 32}, "Set one of"),
        ({"NK92_SMS_NUMBER": "", "NK92_SMS_MESSAGING_SERVICE": "service"}, "MG and 32"),
        ({"NK92_SMS_PUBLIC_URL": "http://nk92.clinic.example"}, "https address that Twilio calls"),
        ({"NK92_SMS_PUBLIC_URL": "https://nk92.clinic.example/sms"}, "must look like"),
        ({"NK92_SMS_JOIN_SECONDS": "soon"}, "is not a number"),
        ({"NK92_SMS_SAFETY_AFTER_STOP": "maybe"}, "must be one of yes, no"),
    ],
)
def test_wrong_setting_stops_the_start_and_says_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, secrets: Path, changes: dict[str, str], says: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        read(monkeypatch, secrets, **{**TWILIO, **changes})


@pytest.mark.parametrize("name", ["number_key", "sms_auth_token"])
def test_missing_secret_stops_the_start(monkeypatch: pytest.MonkeyPatch, secrets: Path, name: str) -> None:
    (secrets / name).unlink()
    with pytest.raises(ImproperlyConfigured, match=name):
        read(monkeypatch, secrets, **TWILIO)
