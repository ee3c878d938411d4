"""Settings of the staff console: sign-in, sessions, cookies. Read by service/settings.py alone."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
]
MIDDLEWARE = [
    "console.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "console.middleware.Idle",
    "console.middleware.Known",
    "axes.middleware.AxesMiddleware",
]
CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "console.context.everywhere",
]
YEAR = 365 * 24 * 3600
VALIDATORS = "django.contrib.auth.password_validation."


def for_sign_in(*, https: bool, idle_minutes: float, demo: bool) -> dict[str, Any]:
    """Django's settings for accounts, sessions and cookies."""
    if demo and https:
        raise ImproperlyConfigured("NK92_DEMO=yes makes a demo account and must not run at an https:// address.")
    return {
        "LOGIN_URL": "console:sign_in",
        "LOGIN_REDIRECT_URL": "console:home",
        "LOGOUT_REDIRECT_URL": "console:sign_in",
        "AUTHENTICATION_BACKENDS": ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": VALIDATORS + "UserAttributeSimilarityValidator"},
            {"NAME": VALIDATORS + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
            {"NAME": VALIDATORS + "CommonPasswordValidator"},
        ],
        "AXES_FAILURE_LIMIT": 5,
        "AXES_COOLOFF_TIME": 0.25,  # hours
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_LOCKOUT_CALLABLE": "console.views.signing.locked_out",
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_VERBOSE": False,
        "AXES_ENABLE_ADMIN": False,
        "OTP_TOTP_ISSUER": "NK-92 console",
        "OTP_TOTP_THROTTLE_FACTOR": 1,
        "SESSION_COOKIE_NAME": "__Host-staff" if https else "staff",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",  # a link in a notice must find the session
        "SESSION_COOKIE_AGE": 12 * 3600,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_USE_SESSIONS": True,
        "CSRF_COOKIE_SECURE": https,
        "CSRF_FAILURE_VIEW": "console.views.refusals.csrf",
        "SECURE_SSL_REDIRECT": https,
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if https else None,
        "SECURE_HSTS_SECONDS": YEAR if https else 0,
        # other names of the clinic's domain are not ours to decide about
        "SILENCED_SYSTEM_CHECKS": ["security.W005", "security.W021"],
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "X_FRAME_OPTIONS": "DENY",
    }
