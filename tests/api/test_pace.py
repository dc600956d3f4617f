"""How many requests start in a second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.api.transport.pace import Pace


class Time:
    """A clock that only sleeping and the test move on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def starts(per_second: float, gaps: list[float]) -> list[float]:
    """Return when requests start that are asked for with these gaps between them."""
    time = Time()
    pace = Pace(per_second, time, time.sleep)
    found = []
    for gap in gaps:
        time.now += gap
        pace.wait()
        found.append(time.now)
    return found


def test_requests_that_fit_into_a_second_do_not_wait() -> None:
    """A plan of 10,000 sites takes twenty: there is nothing to spread."""
    assert starts(100, [0.0] * 100) == [0.0] * 100
    assert starts(100, [0.0] * 201)[-101:] == [1.0] * 100 + [2.0]


@given(st.sampled_from([0.25, 0.5, 1.0, 1.5, 3.0, 7.9]), st.lists(st.sampled_from([0.0, 0.125, 0.5, 2.0]), max_size=40))
def test_never_more_than_so_many_start_in_any_second(per_second: float, gaps: list[float]) -> None:
    found = starts(per_second, gaps)
    most, span = max(1, int(per_second)), max(1, int(per_second)) / per_second
    for first, last in zip(found, found[most:], strict=False):
        assert last - first >= span - 1e-9


@pytest.mark.parametrize(("per_second", "apart"), [(1.0, 1.0), (0.5, 2.0)])
def test_one_at_a_time_where_no_more_are_allowed(per_second: float, apart: float) -> None:
    assert starts(per_second, [0.0] * 3) == [0.0, apart, 2 * apart]
