"""Judges one stretch of days without a change of clocks against the declared hours.

The order matters. Weekdays without any traffic come first, since they say nothing about opening and closing. Then come
openings and closings: of all days together, of days with equal hours, and of each weekday alone. Then comes what
remains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dfsync.model.hours.week import DAYS
from dfsync.traffic.analysis.days.frame import SLOTS, STEP, Frame, ServiceDay
from dfsync.traffic.analysis.days.votes import Ballot, ballots, trimmed_mean, usual_level
from dfsync.traffic.analysis.findings import Evidence, HoursFinding, HoursFindingKind
from dfsync.traffic.analysis.opening_and_closing import Edge, EdgeView, moved, view

WEIGHT = 12.0
"""The least weight of a finding, in nats: the finding is e^12 times likelier than the declared hours."""

_MOST_AGREE = 0.6
_NEARLY_ALL = 0.8
_SPELL = 60 // STEP
_PER_HOUR = 60 / STEP
_STRAY = 0.05

_KIND = {
    (Edge.OPENING, False): HoursFindingKind.OPENS_EARLIER,
    (Edge.OPENING, True): HoursFindingKind.OPENS_LATER,
    (Edge.CLOSING, False): HoursFindingKind.CLOSES_LATER,
    (Edge.CLOSING, True): HoursFindingKind.CLOSES_EARLIER,
}
"""The kind of finding, by the edge and whether it lies inside the declared hours."""


@dataclass(slots=True)
class Season:
    """The days of one stretch, and their frame. `tolerated` are slots for staff before opening and after closing."""

    frame: Frame
    days: Sequence[ServiceDay]
    tolerated: int
    level: float = field(init=False)
    ballots: list[Ballot] = field(init=False)
    runs: Mapping[int, Sequence[tuple[int, int]]] = field(init=False)
    settled: dict[int, set[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.level = usual_level(self.days)
        self.ballots = ballots(self.days, self.level)
        self.runs = {weekday: runs for weekday in range(len(DAYS)) if (runs := self.frame.run(weekday))}
        self.settled = {weekday: set(self._tolerated_slots(weekday)) for weekday in range(len(DAYS))}

    def findings(self) -> list[HoursFinding]:
        """Return the findings, in the order that the docstring of this module gives."""
        empty = list(self._empty_weekdays())
        found = [*empty]
        ended = {weekday: runs for weekday, runs in self.runs.items() if not self._touches_end(runs)}
        for finding in empty:
            ended.pop(finding.weekdays[0], None)
        for edge in Edge:
            found += self._edges(edge, ended)
        return found + list(self._spells())

    def _empty_weekdays(self) -> Iterator[HoursFinding]:
        for weekday, runs in self.runs.items():
            slots = [slot for start, stop in runs for slot in range(start, stop)]
            evidence = self._evidence([weekday], {weekday: slots}, busy=False, all_empty=True)
            if self._holds(evidence, _NEARLY_ALL):
                self.settled[weekday].update(slots)
                span = (self.frame.spans[weekday][0][0], self.frame.spans[weekday][-1][1])
                yield HoursFinding(HoursFindingKind.EMPTY_WHEN_OPEN, (weekday,), span, evidence)

    def _edges(self, edge: Edge, runs: Mapping[int, Sequence[tuple[int, int]]]) -> Iterator[HoursFinding]:
        left = dict(runs)
        for pool in _pools(runs):
            together = {weekday: left[weekday] for weekday in pool if weekday in left}
            if not together:
                continue
            seen = view(edge, together)
            finding = self._edge(seen)
            if finding is not None:
                for weekday in finding.weekdays:
                    del left[weekday]
                yield finding

    def _edge(self, seen: EdgeView) -> HoursFinding | None:
        """Judge an edge on the weekdays of a view, and mark what it explains."""
        found = moved(seen, self.ballots, self.tolerated)
        if found is None:
            return None
        late = found.steps > 0
        slots = {weekday: seen.slots(weekday, found.region) for weekday in seen.at}
        agreeing = [weekday for weekday in seen.at if self._evidence([weekday], slots, busy=not late).weight > 0]
        evidence = self._evidence(agreeing, slots, busy=not late)
        whole = self._evidence(list(seen.at), slots, busy=not late)
        if not (agreeing and self._holds(whole, 0.5) and self._holds(evidence, _MOST_AGREE)):
            return None
        for weekday in agreeing:
            reached = range(found.region.start - 1, 0) if not late else range(found.steps)
            self.settled[weekday].update(slot for slot in seen.slots(weekday, reached) if 0 <= slot < SLOTS)
        shift = found.steps * STEP * (1 if seen.edge is Edge.OPENING else -1)
        span = self._span(slots[agreeing[0]])
        return HoursFinding(_KIND[seen.edge, late], tuple(agreeing), span, evidence, shift)

    def _spells(self) -> Iterator[HoursFinding]:
        """Yield what remains: an hour or more of traffic while closed, or of no traffic while open."""
        for weekday in range(len(DAYS)):
            declared = {slot for start, stop in self.runs.get(weekday, ()) for slot in range(start, stop)}
            free = [slot for slot in range(SLOTS) if slot not in self.settled[weekday]]
            yield from self._spell(weekday, [slot for slot in free if slot not in declared], busy=True)
            yield from self._spell(weekday, [slot for slot in free if slot in declared], busy=False)

    def _spell(self, weekday: int, slots: Sequence[int], *, busy: bool) -> Iterator[HoursFinding]:
        sign = 1 if busy else -1
        of_day = [ballot for ballot in self.ballots if ballot.weekday == weekday]
        votes = {slot: sign * sum(ballot.votes[slot] for ballot in of_day) for slot in slots}
        found = _heaviest(votes)
        evidence = self._evidence([weekday], {weekday: found}, busy=busy, all_empty=not busy)
        if len(found) >= _SPELL and self._holds(evidence, _MOST_AGREE if busy else _NEARLY_ALL):
            yield HoursFinding(
                HoursFindingKind.BUSY_WHEN_CLOSED if busy else HoursFindingKind.EMPTY_WHEN_OPEN,
                (weekday,),
                self._span(found),
                evidence,
            )

    def _evidence(
        self, weekdays: Sequence[int], slots: Mapping[int, Sequence[int]], *, busy: bool, all_empty: bool = False
    ) -> Evidence:
        """Let each day vote on whether its weekday's slots are busy, or quiet; `all_empty` asks for hardly anybody."""
        heard = [each for each in self.ballots if each.weekday in weekdays and each.heard(slots[each.weekday])]
        counts = [each.count(slots[each.weekday]) for each in heard]
        votes = [each.sum(slots[each.weekday]) * (1 if busy else -1) for each in heard]
        length = max((len(slots[weekday]) for weekday in weekdays), default=0)
        most = max(1.0, _STRAY * self.level * length)
        agreeing = sum(count <= most for count in counts) if all_empty else sum(vote > 0 for vote in votes)
        per_hour = trimmed_mean(counts) / length * _PER_HOUR if length else 0.0
        return Evidence(len(heard), agreeing, sum(votes), per_hour, self.level * _PER_HOUR)

    def _holds(self, evidence: Evidence, share: float) -> bool:
        return evidence.weight >= WEIGHT and evidence.share >= share

    def _tolerated_slots(self, weekday: int) -> Iterator[int]:
        for start, stop in self.runs.get(weekday, ()):
            yield from range(max(start - self.tolerated - 1, 0), start)
            yield from range(stop, min(stop + self.tolerated + 1, SLOTS))

    def _touches_end(self, runs: Sequence[tuple[int, int]]) -> bool:
        """Whether the day has no opening or no closing of its own, for example because the site never closes."""
        return runs[0][0] <= 0 or runs[-1][1] >= SLOTS

    def _span(self, slots: Sequence[int]) -> tuple[int, int]:
        return self.frame.minute(slots[0]), self.frame.minute(slots[-1] + 1)


def _pools(runs: Mapping[int, Sequence[tuple[int, int]]]) -> Iterator[Sequence[int]]:
    """Yield the weekdays to look at together: all, those with equal hours, each alone."""
    yield tuple(runs)
    alike: dict[tuple[tuple[int, int], ...], list[int]] = {}
    for weekday, spans in runs.items():
        alike.setdefault(tuple(spans), []).append(weekday)
    yield from alike.values()
    yield from ((weekday,) for weekday in runs)


def _heaviest(votes: Mapping[int, float]) -> list[int]:
    """Return the consecutive slots with the highest sum, none when no vote is above zero."""
    best: list[int] = []
    most = total = 0.0
    current: list[int] = []
    for slot, vote in votes.items():
        if total <= 0 or (current and slot != current[-1] + 1):
            total, current = 0.0, []
        total += vote
        current = [*current, slot]
        if total > most:
            most, best = total, current
    return best
