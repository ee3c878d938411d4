"""Addresses of the service: the chat page and its API."""

from django.urls import include, path

urlpatterns = [path("", include("channels.web.urls"))]
