"""Care levels as they travel in words and records, ranked."""

from __future__ import annotations

ALARMS = ("ask", "urgent", "emergency")
RANK = {"none": 0, "routine": 1, "ask": 2, "urgent": 3, "emergency": 4}
