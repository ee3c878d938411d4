"""Addresses of the channel of texts."""

from django.urls import path

from channels.sms import simulator, views

urlpatterns = [
    path("sms/inbound", views.inbound),
    path("sms/status", views.status),
    path("sms-simulator", simulator.page),
    path("sms-simulator/texts", simulator.texts),
    path("sms-simulator/send", simulator.send),
]
