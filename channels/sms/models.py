"""The tables of the channel: what was sent of each reply, and who opted out or in, when and how."""

from __future__ import annotations

from django.db import models

from transcripts.models import Conversation, Message

PLACES_PER_MESSAGE = 100


class State(models.TextChoices):
    """Of a delivery. `withheld`: the patient opted out; `expired`: too old to help anybody. Only `waiting` changes by us."""

    waiting = "waiting"
    sent = "sent"
    delivered = "delivered"
    failed = "failed"
    withheld = "withheld"
    expired = "expired"


class Delivery(models.Model):
    """One text of one reply. `place` orders the texts of a conversation; `key` is the same for every try.

    `rest`: what MORE gives; `choices`: ids of the quick replies that this text offers, by number from 1.
    `leased_until`: a sender has it in hand. `unsure`: an earlier try may have gone out, so that the provider is asked first.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    part = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    key = models.CharField(max_length=40, unique=True)
    text = models.TextField()
    rest = models.TextField(default="", blank=True)
    choices = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.waiting)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    unsure = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=40, default="", blank=True)
    provider_state = models.CharField(max_length=20, default="", blank=True)
    error = models.CharField(max_length=20, default="", blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "part"], name="one_text_a_part")]
        indexes = [
            # written with IN, as in transcripts/models.py
            models.Index(fields=["conversation", "place"], condition=models.Q(state__in=["waiting"]), name="texts_waiting"),
        ]


class Consent(models.Model):
    """The history of opting out and in; never changed. `how`: keyword, provider; `message`: the text that said so."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="consents")
    what = models.CharField(max_length=12)
    how = models.CharField(max_length=12)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True)
    at = models.DateTimeField()
