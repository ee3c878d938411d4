from __future__ import annotations

import pytest

from channels.web import rate


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_so_many_a_minute_and_then_one_at_a_time() -> None:
    clock = Clock()
    limit = rate.Rate(3, clock)
    assert [limit.allows("a") for _ in range(5)] == [True, True, True, False, False]
    clock.now += 19
    assert not limit.allows("a")
    clock.now += 2
    assert limit.allows("a") and not limit.allows("a")
    clock.now += 600
    assert [limit.allows("a") for _ in range(5)] == [True, True, True, False, False]


def test_one_key_does_not_use_up_another() -> None:
    limit = rate.Rate(1, Clock())
    assert limit.allows("a") and limit.allows("b")
    assert not limit.allows("a")


def test_memory_is_bounded_and_the_busy_are_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "KEPT", 10)
    limit = rate.Rate(1, Clock())
    limit.allows("busy")
    for number in range(100):
        limit.allows(str(number))
        assert not limit.allows("busy")
    assert len(limit._buckets) <= 10
