"""Conversations and messages with the reasons: the whole record, as staff will read it."""
