"""Addresses of the service: the demo page and the API, the webhooks of texts and their simulator, the staff console."""

from django.urls import include, path

from console.urls import sign_on, slash

urlpatterns = [
    path("", include("channels.web.urls")),
    path("", include("channels.sms.urls")),
    *slash,
    *sign_on,
    path("console/", include("console.urls")),
]
handler400 = "console.views.refusals.bad_request"
handler403 = "console.views.refusals.forbidden"
handler404 = "console.views.refusals.not_found"
handler500 = "console.views.refusals.failed"
