"""The tables of the record. Written by `intake`; read by channels and, later, by the console."""

from __future__ import annotations

import secrets

from django.db import models

EXTERNAL_ID_LENGTH = 80
# Written with IN: SQLite uses a partial index only for a condition of the index's own form, and Django writes
# `answered=False` as NOT, which makes each message cost a walk through its whole conversation.
UNANSWERED = models.Q(answered__in=[False])
ALARMING = models.Q(inbound__in=[True], level__in=["routine", "ask", "urgent", "emergency"])
UNSURE = 0.6  # a confidence below this is worth a look


def new_conversation_id() -> str:
    """128 random bits, url-safe: nobody can guess another patient's conversation."""
    return secrets.token_urlsafe(16)


class CannotText(models.TextChoices):
    """Why a patient gets no texts; empty when texts are possible. Staff read it as "cannot text: phone"."""

    stopped = "stopped", "The patient texted STOP"
    blocked = "blocked", "The provider says that the patient opted out"
    unreachable = "unreachable", "The number takes no texts"


class Conversation(models.Model):
    """One patient on one channel.

    `turn_of`, `turn_until`: which message is being answered, and until when. `waiting`: messages without
    a reply. `language`: of the patient's last message. `last_level`, `known_signs`, `asks_temperature`: what
    triage must know of what was said before (triage.Context). `callback`: the number to call back (E.164) when the
    channel knows it. `held_until`: the rest of a thought may still follow; nothing is answered before.
    `cannot_text`: why no text may or can be sent to the patient, so that staff must telephone. `deleted_at`: since
    when the patient has no part in it any more (transcripts/deletion.py). `led_by`, `led_until`: a person of the care
    team writes to the patient, and the bot keeps quiet until then.
    """

    id = models.CharField(primary_key=True, max_length=40, default=new_conversation_id)
    channel = models.CharField(max_length=8)
    kind = models.CharField(max_length=8, default="patient")  # or "canary"
    created_at = models.DateTimeField()
    last_heard_at = models.DateTimeField(null=True)
    last_level = models.CharField(max_length=10, default="none")
    language = models.CharField(max_length=2, default="en")
    known_signs = models.JSONField(default=list)
    asks_temperature = models.BooleanField(default=False)
    callback = models.CharField(max_length=20, default="", blank=True)
    last_seq = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    turn_of = models.BigIntegerField(null=True)
    turn_until = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    cannot_text = models.CharField(max_length=12, choices=CannotText, default="", blank=True)
    deleted_at = models.DateTimeField(null=True)
    led_by = models.CharField(max_length=150, default="", blank=True)
    led_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-last_heard_at"], name="newest_conversations"),
            models.Index(fields=["led_until"], condition=models.Q(led_until__isnull=False), name="led_conversations"),
        ]


class Message(models.Model):
    """One message or reply. `seq` counts within the conversation; `level` is triage's, or the reply's own.

    `author`: the member of staff who wrote it; "" for the patient and for the assistant.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    inbound = models.BooleanField()
    external_id = models.CharField(max_length=EXTERNAL_ID_LENGTH, null=True)
    text = models.TextField()
    choice = models.CharField(max_length=80, default="", blank=True)
    level = models.CharField(max_length=10, default="none")
    answered = models.BooleanField(default=True)
    opens_session = models.BooleanField(default=False)
    reply_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="replies")
    response = models.CharField(max_length=80, default="")
    source = models.CharField(max_length=60, default="")
    author = models.CharField(max_length=150, default="", blank=True)
    facts = models.JSONField(default=list)
    buttons = models.JSONField(default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_message_a_seq"),
            models.UniqueConstraint(fields=["conversation", "external_id"], name="once_per_external_id"),
        ]
        indexes = [
            models.Index(fields=["conversation", "seq"], condition=UNANSWERED, name="unanswered"),
            models.Index(fields=["level", "id"], condition=ALARMING, name="alarming_messages"),
        ]


class Reason(models.Model):
    """Why a message was answered as it was. `outcome`: ok, or how Rasa failed; `took_ms`: to the reply. `set_aside`: a sign that would
    have been an alarm was taken as no more than spoken of."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="reason")
    verdict = models.JSONField(default=dict)
    intent = models.CharField(max_length=80, default="")
    confidence = models.FloatField(null=True)
    runner_up = models.CharField(max_length=80, default="")
    understanding = models.JSONField(default=dict)
    model = models.CharField(max_length=64, default="")
    outcome = models.CharField(max_length=20, default="")
    took_ms = models.PositiveIntegerField(null=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["message"], condition=models.Q(set_aside=True), name="set_aside_reasons"),
            models.Index(fields=["intent", "message"], name="reasons_by_subject"),
            models.Index(fields=["message"], condition=models.Q(confidence__lt=UNSURE), name="unsure_reasons"),
        ]
