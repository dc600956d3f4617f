"""The benchmark's promise on a small sample; docs/explanation/traffic.md has the figures of the whole."""

from __future__ import annotations

from benchmarks.traffic_hours import figures, run

SEED = 3001


def test_shifted_hours_are_found_and_right_ones_left_alone() -> None:
    """Seeds that neither tuning nor reporting uses: at least 95 of 100 found, no false alarm among 60 sites."""
    found = figures(run([SEED], 60, processes=1))
    assert float(str(found["shifted_found"])) >= 0.95
    assert float(str(found["false_alarms"])) == 0
