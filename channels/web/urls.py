"""Addresses of the web channel."""

from django.urls import path

from channels.web import views

urlpatterns = [
    path("", views.page),
    path("api/session", views.open_session),
    path("api/messages", views.messages),
    path("health", views.health),
]
