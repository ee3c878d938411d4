"""The tables of escalation: cases, the alarms in them, the outbox of notices, what became of each, and heartbeats."""

from __future__ import annotations

from django.db import models

from transcripts.models import Conversation, Message

FIRST_NUMBER = 1000  # people speak of "case 1042"


class State(models.TextChoices):
    """Of a case. `open`: nobody has acknowledged it."""

    open = "open"
    acknowledged = "acknowledged"
    closed = "closed"


class Outcome(models.TextChoices):
    """How a case ended, as staff say it."""

    called = "called", "Called the patient"
    sent_to_emergency = "sent_to_emergency", "Sent to the emergency department"
    advised = "advised", "Advised"
    could_not_reach = "could_not_reach", "Could not reach"
    not_urgent = "not_urgent", "Not urgent"
    duplicate = "duplicate", "Duplicate"
    canary = "canary", "Made-up case of the watcher"


class Case(models.Model):
    """One patient's trouble until it is closed; at most one that is not closed in each conversation.

    `level`: request, urgent or emergency; it only rises. `signs`: [sign id, level, start, end, message id], the spans in
    characters of that message. `round`: counts how often the ladder began anew. `told_at`: begin of this round.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="cases")
    kind = models.CharField(max_length=8, default="patient")
    channel = models.CharField(max_length=8)
    callback = models.CharField(max_length=20, default="", blank=True)
    language = models.CharField(max_length=2, default="en")
    level = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State, default=State.open)
    signs = models.JSONField(default=list)
    celsius = models.FloatField(null=True)
    round = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    told_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, default="", blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, default="", blank=True)
    note = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(state__in=["open", "acknowledged"]), name="one_open_case"
            )
        ]
        indexes = [models.Index(fields=["state", "level", "opened_at"], name="case_queue")]

    @property
    def number(self) -> int:
        """What people call the case."""
        return FIRST_NUMBER + int(self.pk)


class Alarm(models.Model):
    """One message that belongs to a case: at most one alarm for each. `source`: triage, assistant or person."""

    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="alarm")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    level = models.CharField(max_length=10)
    source = models.CharField(max_length=10)
    at = models.DateTimeField()


class Step(models.Model):
    """The history of a case: opened, raised, added, told again, acknowledged, reopened, closed; by whom. Never changed."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=16)
    level = models.CharField(max_length=10)
    who = models.CharField(max_length=150, default="", blank=True)
    at = models.DateTimeField()


class NoticeState(models.TextChoices):
    """Of a notice. `dead`: given up, and shown as such; `dropped`: no longer needed."""

    waiting = "waiting"
    delivered = "delivered"
    dead = "dead"
    dropped = "dropped"


class Notice(models.Model):
    """The outbox: one recipient to be told of one case. `key` is unique, so that each is planned once.

    `leased_until`: a worker has it in hand; a lease that ran out is taken by the next worker.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=80, unique=True)
    round = models.PositiveIntegerField()
    cycle = models.PositiveIntegerField()
    rung = models.PositiveIntegerField()
    recipient = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.waiting)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state__in=["waiting"]), name="notices_waiting"),
        ]


class Attempt(models.Model):
    """One try to deliver a notice. `outcome`: delivered, or the kind of trouble; never an address or a patient's words."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=60)
    took_ms = models.PositiveIntegerField(default=0)


class Heartbeat(models.Model):
    """When a background part was last alive."""

    part = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()
