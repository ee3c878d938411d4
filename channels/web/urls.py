"""Addresses of the web channel."""

from django.urls import path

from channels.web import pages, views

urlpatterns = [
    path("", pages.clinic_page),
    path("api/session", views.open_session),
    path("api/messages", views.messages),
    path("api/conversation", views.delete_conversation),
    path("health", views.health),
]
