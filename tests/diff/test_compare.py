"""The three-way rule, case by case."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from dfsync.diff.changes import Cause
from dfsync.diff.compare import FieldVerdict, compare
from dfsync.model.fields import FIELD
from dfsync.model.hours.live import live_hours
from dfsync.model.last_applied import LastAppliedSite
from dfsync.model.live import LiveSite
from dfsync.model.place import Place
from dfsync.model.site import Site
from dfsync.model.values import digest

KEY = b"key"
ZONE = FIELD["timezone"]


def compared(desired: Any, live: Any, applied: Any = ..., pair: tuple[str, str] | None = None) -> list[Any]:
    """Compare one field; `applied` left out is unknown."""
    site = Site("s", {"timezone": desired}, Place("a.yaml"), 1)
    fields = {} if applied is ... else {"timezone": digest(ZONE, applied, KEY)}
    normalised = {"timezone": (digest(ZONE, pair[0], KEY), digest(ZONE, pair[1], KEY))} if pair else {}
    found = compare(site, LiveSite({"Site ID": "s", "Timezone": live}), LastAppliedSite.of(fields, normalised), KEY)
    return [(item.verdict, item.cause) for item in found]


@pytest.mark.parametrize(("desired", "live", "applied"), list(itertools.product("ABC", repeat=3)))
def test_every_case_of_desired_live_and_last_applied(desired: str, live: str, applied: str) -> None:
    """D = L is right whatever A says; else whoever moved away from A is the cause."""
    expected = []
    if desired != live:
        cause = Cause.CHANGE if live == applied else Cause.DRIFT if desired == applied else Cause.BOTH
        expected = [(FieldVerdict.DIFFERENT, cause)]
    assert compared(desired, live, applied) == expected


def test_without_last_applied_a_difference_is_a_change() -> None:
    assert compared("A", "B") == [(FieldVerdict.DIFFERENT, Cause.CHANGE)]


def test_empty_values_take_part_like_any_other() -> None:
    assert compared(None, "", "A") == []
    assert compared(None, "B", None) == [(FieldVerdict.DIFFERENT, Cause.DRIFT)]
    assert compared("A", None, "A") == [(FieldVerdict.DIFFERENT, Cause.DRIFT)]


def test_a_field_that_no_file_writes_is_never_looked_at() -> None:
    site = Site("s", {"name": "S"}, Place("a.yaml"), 1)
    live = LiveSite({"Site ID": "s", "Site Name": "S", "Timezone": "UTC"})
    assert list(compare(site, live, None, KEY)) == []


def test_spelling_is_no_difference() -> None:
    week = live_hours('[{"days":["Mon","Tue"],"start":"09:00","end":"17:00"}]')
    site = Site("s", {"name": "Café", "groups": ("b", "a"), "operational_hours": week}, Place("a.yaml"), 1)
    hours = [{"days": [day], "start": "09:00", "end": "17:00"} for day in ("Tue", "Mon")]
    row = {"Site ID": "s", "Site Name": " Cafe\u0301", "Site Groups": "a, b", "Operational Hours": hours}
    assert list(compare(site, LiveSite(row), None, KEY)) == []


class TestNormalised:
    """State remembers that `sent` was made `shown` by the server."""

    def test_as_long_as_both_hold_the_field_is_right(self) -> None:
        assert compared("sent", "shown", "sent", ("sent", "shown")) == [(FieldVerdict.NORMALISED, Cause.CHANGE)]

    def test_another_live_value_is_drift(self) -> None:
        assert compared("sent", "other", "sent", ("sent", "shown")) == [(FieldVerdict.DIFFERENT, Cause.DRIFT)]

    def test_another_desired_value_is_a_change_since_live_is_what_was_made_of_the_last(self) -> None:
        assert compared("new", "shown", "sent", ("sent", "shown")) == [(FieldVerdict.DIFFERENT, Cause.CHANGE)]

    def test_both_moved(self) -> None:
        assert compared("new", "other", "sent", ("sent", "shown")) == [(FieldVerdict.DIFFERENT, Cause.BOTH)]
