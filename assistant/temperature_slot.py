"""The slot that the temperature form fills: degrees Celsius. The word UNKNOWN empties it, so that the form asks anew."""
from __future__ import annotations

from typing import Any

from rasa.shared.core.slots import AnySlot

UNKNOWN = "unknown"


class TemperatureSlot(AnySlot):
    """Rasa's intent mapping cannot set a slot to nothing; this slot takes UNKNOWN for that."""

    @property
    def value(self) -> Any:
        return self._value

    @value.setter
    def value(self, value: Any) -> None:
        self._value = None if value == UNKNOWN else value
        self._has_been_set = True
