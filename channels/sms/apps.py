"""Django's name for this channel."""

from django.apps import AppConfig


class SmsConfig(AppConfig):
    name = "channels.sms"
    label = "sms"
