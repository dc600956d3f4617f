"""The sites of the traffic benchmark, whose declared hours are right or wrong in a known way.

A scene depends on a seed and a number alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from msgspec.structs import replace

from dfsync.model.hours.week import DAY, Span, Week
from dfsync.traffic.sandbox.mistakes import HOUR, Mistake, mistaken
from dfsync.traffic.sandbox.visitors import GroundTruth

ZONES = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Australia/Sydney", "Pacific/Auckland", "America/Santiago", "Asia/Tokyo", "Asia/Kolkata"),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A site: the declared hours, the true ones, and how they differ."""

    number: int
    name: str
    declared: Week
    truth: GroundTruth
    mistake: Mistake


def scenes(seed: int, count: int, mistakes: Sequence[Mistake] = (Mistake.NONE,), *, first: date) -> Iterator[Scene]:
    """Yield `count` scenes; the mistakes take turns. Closures are drawn from the year that starts at `first`."""
    for number in range(count):
        random = Random(f"{seed}/{number}/scene")
        declared, timezone = _week(random), random.choice(ZONES)
        closures = frozenset(first + timedelta(days=random.randrange(365)) for _ in range(random.randrange(12)))
        mistake = mistakes[number % len(mistakes)]
        truth, made = mistaken(random, declared, timezone, mistake)
        truth = replace(
            truth,
            closures=closures,
            visitors_per_hour=min(max(random.lognormvariate(3.4, 0.6), 10), 200),
            noise=random.uniform(0.1, 0.4),
            staff_per_hour=random.uniform(0, 5),
            stray_per_day=random.uniform(0, 2),
            outages=random.uniform(0, 0.04),
        )
        yield Scene(number, f"Scene {number}", declared, truth, made)


def _week(random: Random) -> Week:
    opens = HOUR * random.randrange(7, 12)
    weekday = (opens, opens + HOUR * random.randrange(7, 12))
    if random.random() < 0.15:
        weekday = (HOUR * 17, DAY + HOUR * random.randrange(1, 4))
    weekend = (weekday[0] + HOUR, weekday[1] - HOUR) if random.random() < 0.5 else weekday
    sunday: tuple[Span, ...] = () if random.random() < 0.4 else (weekend,)
    return Week(((weekday,),) * 5 + ((weekend,), sunday))
