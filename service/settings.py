"""All settings of the service, read once at start. docs/operating.md lists the environment variables."""

from __future__ import annotations

from pathlib import Path

from clinic import load as load_clinic
from service import environment, logs, single_sign_on, staff, texting

BASE_DIR = Path(__file__).resolve().parent.parent
WIDGET = BASE_DIR / "widget"
VAR = environment.folder("NK92_VAR", BASE_DIR / "var")
SECRETS = environment.folder("NK92_SECRET_DIR", BASE_DIR / "var" / "secrets")

DEBUG = False
SECRET_KEY = environment.secret(SECRETS, "django_key")
ALLOWED_HOSTS = environment.text("NK92_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "service.urls"
ASGI_APPLICATION = "service.asgi.application"
INSTALLED_APPS = [
    *staff.APPS, "django.contrib.staticfiles", "transcripts", "escalation", "channels.web", "channels.sms", "console", "service",
]  # fmt: skip
MIDDLEWARE = staff.MIDDLEWARE  # of the console alone: service/handler.py answers everything else without
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [WIDGET / "demo"],
        "OPTIONS": {"context_processors": staff.CONTEXT_PROCESSORS},
    }
]
STATIC_URL = "static/"
STATICFILES_DIRS = [("demo", WIDGET / "demo" / "static")]
DATABASES = {
    "default": environment.database(environment.text("NK92_DATABASE_URL", ""), VAR / "service.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# Bodies larger than this are refused with a kind message (service/guard.py).
LARGEST_BODY = 64 * 1024
SLOWEST_BODY = environment.number("NK92_SLOWEST_BODY_SECONDS", 10, at_most=60)
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY

CLINIC = load_clinic(environment.folder("NK92_CLINIC", BASE_DIR / "clinic.yml"))
WORDS = environment.folder("NK92_WORDS", BASE_DIR / "data")
WIDGET_TABLES = BASE_DIR / "var" / "widget"  # what the widget checks while the server is away; made when it is missing
# Who knows whether a conversation belongs to a case, and so stays in the medical record (transcripts/deletion.py).
RECORD_KEEPER = "escalation.cases.has_case"
GATEWAY_URL = environment.address("NK92_RASA_URL", "http://127.0.0.1:5005")
GATEWAY_SECRET = environment.secret(SECRETS, "gateway_secret")
# A patient waits at most this long for Rasa, from the receipt on. Less than the lease of intake/record.py.
PATIENCE_SECONDS = environment.number("NK92_PATIENCE_SECONDS", 8, at_most=9)
# Where staff reach the console, as it stands in notices; where the watcher hears of its made-up alarm.
PUBLIC_URL = environment.text("NK92_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
CANARY_ADDRESS = environment.text("NK92_CANARY_ADDRESS", "mailbox://canary")
TEXTING = texting.read(var=VAR, secrets=SECRETS, public_url=PUBLIC_URL)
# The console's own settings. Without https only this machine can be meant, and cookies travel as they can.
HTTPS = PUBLIC_URL.startswith("https://")
DEMO = environment.choice("NK92_DEMO", "no", ("no", "yes")) == "yes"
KEEP_DAYS = environment.number("NK92_KEEP_DAYS", 2190)
IDLE_MINUTES = environment.number("NK92_IDLE_MINUTES", 15, at_most=60)
DIALOGUE = VAR / "dialogue.sqlite3"  # Rasa's memory, for deletion
OIDC = single_sign_on.read(SECRETS)
globals().update(staff.for_sign_in(https=HTTPS, idle_minutes=IDLE_MINUTES, demo=DEMO) | single_sign_on.as_settings(OIDC))

SESSION_HOURS = environment.number("NK92_SESSION_HOURS", 72)
MESSAGES_PER_MINUTE = environment.number("NK92_MESSAGES_PER_MINUTE", 30)
SESSIONS_PER_MINUTE = environment.number("NK92_SESSIONS_PER_MINUTE", 20)

LOGGING_CONFIG = "service.logs.configure"
LOGGING = logs.as_settings(environment.choice("NK92_LOG_LEVEL", "INFO", environment.LEVELS))
