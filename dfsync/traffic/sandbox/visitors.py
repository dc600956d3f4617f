"""Synthetic traffic with a known truth: the visitors of a site, minute by minute, from a seed.

Pure: the visitors of a day depend only on the seed, the number of the site, the date and the truth. So every range and
every size of bucket agrees with the others. Times are the wall clock of the site, as the traffic API reports them. The
traffic has what makes real traffic hard: noise from day to day, staff before opening and after closing, stray
detections, closures, outages of the sensor, nights that run past midnight, the hour that daylight saving skips or
repeats, and wrong clocks.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from dfsync.model.hours.week import DAY, Span, Week

COUNTS = ("entrances", "transactions", "walk_bys", "dwell_minutes", "presence_minutes")
"""The counts of a slot. Each adds up over slots, days and sites."""

_BY_WEEKDAY = (0.9, 0.9, 0.9, 0.9, 1.1, 1.3, 1.0)
_AT_THE_DOORS = 0.4  # traffic in the first and last minute of a span, as a share of its busiest minute
_MEAN_OF_HUMP = _AT_THE_DOORS + (1 - _AT_THE_DOORS) * 2 / math.pi
_LONGEST_STAY = 240
_STREET = tuple(0.05 if minute < 6 * 60 else 1.0 for minute in range(DAY))

Days = tuple[tuple[Span, ...], ...]
Visit = tuple[int, int, bool]
"""The minute after midnight, the minutes stayed, and whether something is bought."""


class GroundTruth(Struct, frozen=True):
    """What is really true of a site, whatever hours it declares.

    `clock_ahead_min` is how far the reported times are ahead of the wall clock (a wrong time zone). If
    `clock_keeps_dst` is False, the clock stays on standard time all year. The rates are visitors per open hour, staff
    per hour before opening and after closing, and stray detections per day. `noise` is the standard deviation of the
    logarithm of the level of a day. `outages` is the share of days on which the sensor is silent for some hours.
    """

    hours: Week
    timezone: str = "UTC"
    visitors_per_hour: float = 40.0
    noise: float = 0.25
    staff_before_min: int = 45
    staff_after_min: int = 30
    staff_per_hour: float = 4.0
    stray_per_day: float = 1.0
    closures: frozenset[date] = frozenset()
    outages: float = 0.01
    clock_ahead_min: int = 0
    clock_keeps_dst: bool = True
    mean_stay_min: float = 12.0
    buying: float = 0.3


class Slots(Struct, frozen=True):
    """The slots of each day: from `start` up to `stop` in minutes after midnight, each `step` minutes long."""

    start: int = 0
    stop: int = DAY
    step: int = 15

    def starts(self) -> range:
        """Return the minute at which each slot starts."""
        return range(self.start, self.stop, self.step)


class DayCounts(Struct, frozen=True):
    """One reported day: a number a slot for each count that was asked for, and the slots that an outage silenced."""

    day: date
    counts: dict[str, list[int]]
    silent: list[bool]


class VisitorCounts(Struct, frozen=True):
    """The source of the traffic of a site."""

    truth: GroundTruth
    seed: int
    site: int

    def days(
        self, first: date, last: date, slots: Slots, wanted: Collection[str] = ("entrances",)
    ) -> Iterator[DayCounts]:
        """Yield each day from `first` to `last`, both included, with the wanted counts of `COUNTS`."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            yield DayCounts(day, self._counts(day, slots, wanted), self._silent(day, slots))

    def outage(self, day: date) -> Span | None:
        """Return the minutes of a day in which the sensor reports nothing, or None."""
        random = self.dice(day, "outage")
        if random.random() >= self.truth.outages:
            return None
        start = random.randrange(0, DAY - 120)
        return start, min(start + random.randrange(120, DAY), DAY)

    def _counts(self, day: date, slots: Slots, wanted: Collection[str]) -> dict[str, list[int]]:
        counts = {name: [0] * len(slots.starts()) for name in COUNTS if name in wanted}
        visits = self._reported(day, detailed=not counts.keys() <= {"entrances", "walk_bys"})
        if "entrances" in counts:
            _count((minute for minute, _, _ in visits), slots, counts["entrances"])
        if "transactions" in counts:
            _count((minute for minute, _, buys in visits if buys), slots, counts["transactions"])
        if "walk_bys" in counts:
            _count(self._walk_bys(day), slots, counts["walk_bys"])
        if "dwell_minutes" in counts:
            _count((minute for minute, stay, _ in visits for _ in range(stay)), slots, counts["dwell_minutes"])
        if "presence_minutes" in counts:
            present = (now for minute, stay, _ in visits for now in range(minute, min(minute + stay, DAY)))
            _count(present, slots, counts["presence_minutes"])
        return counts

    def _silent(self, day: date, slots: Slots) -> list[bool]:
        start, stop = self.outage(day) or (DAY, DAY)
        return [minute < stop and minute + slots.step > start for minute in slots.starts()]

    def _reported(self, day: date, *, detailed: bool) -> list[Visit]:
        """Return the visits of a day as the clock of the site reports them."""
        near = [day + timedelta(days=offset) for offset in (-1, 0, 1)]
        ahead = [_clock_ahead(self.truth, each) for each in near]
        if not any(ahead):
            return _visits(self, day, detailed)
        moved = (
            (minute + shift + (each - day).days * DAY, stay, buys)
            for each, shift in zip(near, ahead, strict=True)
            for minute, stay, buys in _visits(self, each, detailed)
        )
        return [visit for visit in moved if 0 <= visit[0] < DAY]

    def _walk_bys(self, day: date) -> list[int]:
        random = self.dice(day, "street")
        mean = 3 * self.truth.visitors_per_hour * 18 * random.lognormvariate(0, 0.1)
        return random.choices(range(DAY), _STREET, k=_poisson(random, mean))

    def dice(self, day: date, what: str) -> Random:
        """Return the random numbers of a day. They are the same whenever they are asked for."""
        return Random(f"{self.seed}/{self.site}/{day}/{what}")  # noqa: S311  (repeatable, not secret)


class ReportSite(Struct, frozen=True):
    """A site of the report: its number, its name and its visitors."""

    number: int
    name: str
    source: VisitorCounts


@lru_cache(maxsize=8)
def _visits(source: VisitorCounts, day: date, detailed: bool) -> list[Visit]:
    """Return the visits of a wall-clock day. Without details, which take longer to draw, nobody stays or buys."""
    truth, random = source.truth, source.dice(day, "visits")
    weights = _weights(truth, day)
    level = random.lognormvariate(-(truth.noise**2) / 2, truth.noise)
    number = _poisson(random, weights[-1] * level)
    minutes = random.choices(range(DAY), cum_weights=weights, k=number) if number else []
    if not detailed:
        return [(minute, 0, False) for minute in minutes]
    stays = (min(1 + int(random.expovariate(1 / truth.mean_stay_min)), _LONGEST_STAY) for _ in minutes)
    return [(minute, stay, random.random() < truth.buying) for minute, stay in zip(minutes, stays, strict=True)]


def _weights(truth: GroundTruth, day: date) -> Sequence[float]:
    """Return the expected visitors of each minute of a day, summed up."""
    closed, eve_closed = day in truth.closures, day - timedelta(days=1) in truth.closures
    plain = _usual_weights(replace(truth, closures=frozenset()), truth.hours.days, day.weekday(), closed, eve_closed)
    if not _changes_clocks(truth.timezone, day):
        return plain
    each = (after - before for before, after in zip([0.0, *plain], plain, strict=False))
    times = _times_a_minute_happens(truth.timezone, day)
    return list(accumulate(weight * count for weight, count in zip(each, times, strict=True)))


@lru_cache(maxsize=4096)
def _usual_weights(truth: GroundTruth, days: Days, weekday: int, closed: bool, eve_closed: bool) -> Sequence[float]:
    """Return `_weights` of a usual day. `days` is part of the cache key, since equal weeks may differ in it."""
    weights = [truth.stray_per_day / DAY] * DAY
    spans = [] if closed else list(days[weekday])
    if not eve_closed:
        spans += [(start - DAY, stop - DAY) for start, stop in days[weekday - 1]]
    spans += [(start + DAY, stop + DAY) for start, stop in days[(weekday + 1) % 7]]
    staff, visitors = truth.staff_per_hour / 60, truth.visitors_per_hour / 60 * _BY_WEEKDAY[weekday]
    for start, stop in spans:
        for minute in range(max(start - truth.staff_before_min, 0), min(stop + truth.staff_after_min, DAY)):
            weights[minute] = max(weights[minute], staff)
    for start, stop in spans:
        for minute in range(max(start, 0), min(stop, DAY)):
            weights[minute] = max(weights[minute], visitors * _hump((minute - start) / (stop - start)))
    return tuple(accumulate(weights))


def _hump(share: float) -> float:
    """Return how busy a site is at a share of its span, 0 to 1. The mean is 1."""
    return (_AT_THE_DOORS + (1 - _AT_THE_DOORS) * math.sin(math.pi * share)) / _MEAN_OF_HUMP


def _poisson(random: Random, mean: float) -> int:
    """Draw a Poisson number: exactly if the mean is small, by its normal approximation if it is large."""
    if mean > 50:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, product, drawn = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        drawn += 1
    return drawn


def _count(minutes: Iterator[int] | list[int], slots: Slots, into: list[int]) -> None:
    for minute in minutes:
        if slots.start <= minute < slots.stop:
            into[(minute - slots.start) // slots.step] += 1


def _clock_ahead(truth: GroundTruth, day: date) -> int:
    if truth.clock_keeps_dst:
        return truth.clock_ahead_min
    saving = datetime.combine(day, time(12), ZoneInfo(truth.timezone)).dst() or timedelta()
    return truth.clock_ahead_min - int(saving.total_seconds()) // 60


def _changes_clocks(timezone: str, day: date) -> bool:
    zone = ZoneInfo(timezone)
    midnights = (datetime.combine(day + timedelta(days=ahead), time(), zone) for ahead in (0, 1))
    return len({midnight.utcoffset() for midnight in midnights}) > 1


@lru_cache(maxsize=256)
def _times_a_minute_happens(timezone: str, day: date) -> Sequence[int]:
    """Return how often the day has each minute of the wall clock: 0 if skipped, 2 if repeated."""
    zone = ZoneInfo(timezone)
    times = []
    for minute in range(DAY):
        local = datetime.combine(day, time(minute // 60, minute % 60), zone)
        exists = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
        times.append(0 if not exists else 1 if local.utcoffset() == local.replace(fold=1).utcoffset() else 2)
    return tuple(times)
