"""The tables of the console: the audit trail, staff notes, flags, verdicts, legal holds, tombstones."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

from transcripts.models import Conversation, Message


class AppendOnly(Exception):
    """A row of the audit trail may not be changed or deleted. Permanent; triggers in the database say the same."""

    permanent = True


class AuditEntry(models.Model):
    """One deed: `who` in the role `role` did `what` to `about`. `detail` holds ids and settings, never a patient's words.

    `digest` seals this entry and `previous`, so that a changed, missing or inserted row is found by `verify_audit`.
    """

    id = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    role = models.CharField(max_length=60, default="", blank=True)
    what = models.CharField(max_length=40)
    about = models.CharField(max_length=80, default="", blank=True)
    detail = models.JSONField(default=dict)
    address = models.CharField(max_length=45, default="", blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["who", "id"], name="audit_who"),
            models.Index(fields=["about", "id"], name="audit_about"),
        ]

    def save(self, *args: Any, **given: Any) -> None:
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **given)

    def delete(self, *args: Any, **given: Any) -> NoReturn:
        raise AppendOnly


class AuditHead(models.Model):
    """The newest entry of the trail: a trail that lost its last rows does not reach it. One row."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        default_permissions = ()


class Note(models.Model):
    """What staff tell each other about a conversation; patients never see it."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    who = models.CharField(max_length=150)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Reviewed(models.Model):
    """Somebody has read the conversation up to the message `seq`."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="reviewed")
    who = models.CharField(max_length=150)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Flag(models.Model):
    """A nurse wants this message looked at."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="flag")
    who = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Judgement(models.TextChoices):
    """What staff say of the bot's understanding of one message; the keys 1 to 5."""

    right = "right", "Right"
    wrong = "wrong", "Wrong answer"
    urgent = "urgent", "Should have been urgent"
    not_urgent = "not_urgent", "Not urgent"
    new = "new", "New question"


class Opinion(models.Model):
    """A verdict of staff on one message. `subject`: the question that it really was, for a wrong answer."""

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="opinion")
    judgement = models.CharField(max_length=12, choices=Judgement)
    subject = models.CharField(max_length=80, default="", blank=True)
    who = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Hold(models.Model):
    """A legal hold: the conversation may not be deleted, by nobody and by no clock, until it is lifted."""

    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="hold")
    who = models.CharField(max_length=150)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()


class Tombstone(models.Model):
    """What is left of a deleted conversation: that it was there, how large, who deleted it and why. No words, no number."""

    conversation = models.CharField(max_length=64, db_index=True)  # a digest of the id
    channel = models.CharField(max_length=8)
    messages = models.PositiveIntegerField()
    cases = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    who = models.CharField(max_length=150)
    why = models.CharField(max_length=200)

    class Meta:
        default_permissions = ()


class FirstPassword(models.Model):
    """The account's password was made by somebody else: it must be changed at the next sign-in."""

    user = models.OneToOneField("auth.User", on_delete=models.CASCADE, related_name="first_password")

    class Meta:
        default_permissions = ()


class Access(models.Model):
    """No table: the things that a role may do (console/roles.py)."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("see_queue", "sees open cases"),
            ("work_cases", "acknowledges and closes cases"),
            ("see_conversations", "reads conversations"),
            ("answer", "writes to patients"),
            ("note", "writes notes, flags and marks as reviewed"),
            ("reveal", "sees whole telephone numbers"),
            ("export_case", "exports one case"),
            ("export_many", "exports lists and verdicts"),
            ("review", "judges what the bot understood"),
            ("see_overview", "sees figures"),
            ("see_audit", "reads, verifies and exports the audit trail"),
            ("manage_staff", "makes and ends accounts"),
            ("manage_data", "deletes conversations and sets legal holds"),
        ]
