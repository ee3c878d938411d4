"""Addresses of the service: the demo page and the API, the webhooks of texts and their simulator."""

from django.urls import include, path

urlpatterns = [path("", include("channels.web.urls")), path("", include("channels.sms.urls"))]
handler400 = "channels.web.views.bad_request"
handler404 = "channels.web.views.not_found"
handler500 = "channels.web.views.failed"
