"""Text in, care level and evidence out. Pure: no framework, no network, no clock; rules are data."""

from triage.decide import assess, load
from triage.result import (
    Context,
    Discounted,
    Level,
    Sign,
    Temperature,
    TriageError,
    Verdict,
)

__all__ = [
    "Context", "Discounted", "Level", "Sign", "Temperature", "TriageError", "Verdict", "assess", "load",
]  # fmt: skip
