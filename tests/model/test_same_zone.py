"""Values that are equal although live spells them in another way: linked time zones, hours with seconds."""

from __future__ import annotations

import pytest

from dfsync.model.fields import FIELD
from dfsync.model.hours.live import live_hours
from dfsync.model.values import same


@pytest.mark.parametrize(
    ("one", "other"),
    [("Asia/Calcutta", "Asia/Kolkata"), ("Europe/Kiev", "Europe/Kyiv"), ("US/Pacific", " America/Los_Angeles")],
)
def test_the_names_of_a_zone_are_equal(one: str, other: str) -> None:
    zone, city = FIELD["timezone"], FIELD["address.city"]
    assert same(zone, one, other)
    assert not same(city, one, other)


def test_other_zones_and_what_is_no_zone_are_not() -> None:
    assert not same(FIELD["timezone"], "Asia/Calcutta", "Asia/Colombo")
    assert not same(FIELD["timezone"], "Mars/Olympus", "Asia/Colombo")


def test_seconds_of_zero_say_the_same_minute_and_others_are_no_hours() -> None:
    def week(start: str, end: str) -> object:
        return live_hours([{"days": ["Mon"], "start": start, "end": end}])

    assert week("09:00:00", "18:59:00") == week("09:00", "18:59")
    assert week("09:00:00.000", "24:00:00") == week("09:00", "24:00")
    with pytest.raises(ValueError, match="not a time"):
        week("09:00:30", "18:59:00")
