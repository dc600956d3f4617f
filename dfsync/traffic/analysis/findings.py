"""The findings about declared hours, as plain values."""

from __future__ import annotations

import datetime
from enum import StrEnum

from msgspec import Struct

from dfsync.model.hours.week import Span, Week
from dfsync.traffic.analysis.days.frame import Counts

SURE_SHARE = 0.8
SURE_WEIGHT = 30.0


class HoursFindingKind(StrEnum):
    """How the traffic differs from the declared hours."""

    OPENS_EARLIER = "opens_earlier"
    OPENS_LATER = "opens_later"
    CLOSES_EARLIER = "closes_earlier"
    CLOSES_LATER = "closes_later"
    BUSY_WHEN_CLOSED = "busy_when_closed"
    EMPTY_WHEN_OPEN = "empty_when_open"


class Evidence(Struct, frozen=True):
    """The reasons to believe a finding.

    Each day has one vote: `agreeing` of `days` agree. `weight` is the sum of their votes in nats. `per_hour` is what
    was counted in the span of the finding; `usual_per_hour` is what an open hour of this site usually has.
    """

    days: int
    agreeing: int
    weight: float
    per_hour: float
    usual_per_hour: float

    @property
    def share(self) -> float:
        """The share of days that agree."""
        return self.agreeing / self.days if self.days else 0.0

    @property
    def sure(self) -> bool:
        """Whether four of five days agree and their votes weigh enough. Otherwise the finding is only likely."""
        return self.share >= SURE_SHARE and self.weight >= SURE_WEIGHT


class HoursFinding(Struct, frozen=True):
    """A difference between traffic and declared hours on some weekdays (0 is Monday).

    `span` is where it shows, in minutes from midnight of the weekday. For an opening or a closing, `shift_min` is how
    much later than declared it is (negative for earlier). `period` is the first and last day if the difference holds
    only between two changes of the clocks, and None if it holds all the time.
    """

    kind: HoursFindingKind
    weekdays: tuple[int, ...]
    span: Span
    evidence: Evidence
    shift_min: int = 0
    period: tuple[datetime.date, datetime.date] | None = None


class ShiftCause(StrEnum):
    """The usual reason for a shift of the whole day."""

    TIME_ZONE = "time_zone"
    DAYLIGHT_SAVING = "daylight_saving"


class UncountedDay(Struct, frozen=True):
    """A day that was not counted, and why."""

    date: datetime.date
    reason: str


class HoursVerdict(Struct, frozen=True):
    """The result for one site.

    `unknown` says why nothing can be said; it is None if the hours could be judged. `proposed` are hours that fit the
    traffic, None if there is nothing to propose. `profile` has for each weekday the mean count of each quarter of an
    hour of the calendar day.
    """

    days: int
    findings: tuple[HoursFinding, ...] = ()
    cause: ShiftCause | None = None
    proposed: Week | None = None
    left_out: tuple[UncountedDay, ...] = ()
    unknown: str | None = None
    profile: tuple[Counts, ...] = ()


class JudgedSite(Struct, frozen=True):
    """A site, the hours that it declares, and what its traffic says of them."""

    id: str
    name: str
    timezone: str | None
    declared: Week
    verdict: HoursVerdict


class HoursReport(Struct, frozen=True):
    """The result for all sites, from day `first` to day `last`. `staff_min` is the time granted to staff."""

    first: datetime.date
    last: datetime.date
    staff_min: int
    sites: tuple[JudgedSite, ...]
    undeclared: tuple[str, ...] = ()

    @property
    def differing(self) -> list[JudgedSite]:
        """The sites with findings."""
        return [site for site in self.sites if site.verdict.findings]

    @property
    def unknown(self) -> list[JudgedSite]:
        """The sites about which nothing can be said."""
        return [site for site in self.sites if site.verdict.unknown]
