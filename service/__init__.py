"""Wiring of the service: settings, urls, the ASGI application. Nothing is decided here."""
