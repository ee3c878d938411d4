"""Delivers a short letter to one address of clinic.yml. Not for deciding who is told of what (escalation/, watcher/)."""

from notify.letters import AppriseNotifier, Letter, NotDelivered, Notifier, RecordingNotifier, is_usable

__all__ = ["AppriseNotifier", "Letter", "NotDelivered", "Notifier", "RecordingNotifier", "is_usable"]
