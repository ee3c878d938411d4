"""Addresses of the console, all below /console/."""

from typing import Any

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from console.views import auditing, cases, conversations, data, exports, home, overview, passwords, queue, reviewing, signing, staff, writing  # fmt: skip

app_name = "console"
SIGNING = [
    path("", home.home, name="home"),
    path("sign-in", signing.sign_in, name="sign_in"),
    path("sign-out", signing.sign_out, name="sign_out"),
    path("second-factor", signing.second_factor, name="second_factor"),
    path("second-factor/set-up", signing.set_up, name="set_up"),
    path("password", passwords.change, name="password"),
]
WORK = [
    path("queue", queue.page, name="queue"),
    path("queue/live", queue.live, name="queue_live"),
    path("queue/alarms/live", queue.alarms, name="alarms"),
    path("cases/<int:number>", cases.page, name="case"),
    path("cases/<int:number>/acknowledge", cases.acknowledge, name="acknowledge"),
    path("cases/<int:number>/close", cases.close, name="close"),
    path("cases/<int:number>/number", cases.reveal, name="reveal"),
    path("cases/<int:number>/fhir", exports.fhir, name="fhir"),
    path("cases.csv", exports.cases_csv, name="cases_csv"),
    path("conversations", conversations.index, name="conversations"),
    path("conversations/<str:conversation>", conversations.page, name="conversation"),
    path("conversations/<str:conversation>/live", conversations.live, name="conversation_live"),
    path("conversations/<str:conversation>/write", writing.write, name="write"),
    path("conversations/<str:conversation>/take", writing.take, name="take"),
    path("conversations/<str:conversation>/hand-back", writing.hand_back, name="hand_back"),
    path("conversations/<str:conversation>/note", writing.note, name="note"),
    path("conversations/<str:conversation>/reviewed", writing.reviewed, name="reviewed"),
    path("messages/<int:message>/flag", writing.flag, name="flag"),
    path("review", reviewing.page, name="review"),
    path("review/judge", reviewing.judge, name="judge"),
    path("review/verdicts.yml", exports.verdicts, name="verdicts"),
    path("overview", overview.page, name="overview"),
]
KEEPING = [
    path("staff", staff.page, name="staff"),
    path("staff/add", staff.add, name="staff_add"),
    path("staff/<int:user>/change", staff.change, name="staff_change"),
    path("data", data.page, name="data"),
    path("data/hold", data.hold, name="hold"),
    path("data/delete", data.delete, name="delete"),
    path("audit", auditing.page, name="audit"),
    path("audit.csv", exports.audit_csv, name="audit_csv"),
]
urlpatterns: list[Any] = [*SIGNING, *WORK, *KEEPING]
sign_on: list[Any] = [path("console/oidc/", include("mozilla_django_oidc.urls"))] if settings.OIDC else []
slash = [path("console", RedirectView.as_view(pattern_name="console:home"))]
