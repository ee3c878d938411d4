from __future__ import annotations

from assistant.temperature_slot import UNKNOWN, TemperatureSlot


def test_slot_keeps_a_number_and_is_emptied_by_its_word() -> None:
    slot = TemperatureSlot("temperature", mappings=[], influence_conversation=False)
    assert slot.value is None
    slot.value = 38.6
    assert slot.value == 38.6
    slot.value = UNKNOWN
    assert slot.value is None and slot.has_been_set
