"""Proposes hours that fit the traffic: the declared hours, with each finding corrected."""

from __future__ import annotations

from collections.abc import Iterable

from dfsync.model.hours.week import DAYS, Span, Week, merged
from dfsync.traffic.analysis.days.frame import Frame, week_of
from dfsync.traffic.analysis.findings import HoursFinding, HoursFindingKind

_ALIKE = 60
_OPENING = {HoursFindingKind.OPENS_EARLIER, HoursFindingKind.OPENS_LATER}


def proposed(frame: Frame, findings: Iterable[HoursFinding]) -> Week:
    """Return the week of a frame with the findings corrected."""
    days = [list(spans) for spans in frame.spans]
    for finding in findings:
        for weekday in finding.weekdays:
            days[weekday] = _corrected(days[weekday], finding, frame)
    return week_of([merged(span for span in spans if span[0] < span[1]) for spans in days])


def _corrected(spans: list[Span], finding: HoursFinding, frame: Frame) -> list[Span]:
    if finding.kind is HoursFindingKind.BUSY_WHEN_CLOSED:
        return [*spans, _customary(finding.span, frame)]
    if finding.kind is HoursFindingKind.EMPTY_WHEN_OPEN:
        return [piece for span in spans for piece in _without(span, finding.span)]
    if not spans:
        return spans
    if finding.kind in _OPENING:
        (start, stop), *others = spans
        return [(start + finding.shift_min, stop), *others]
    *others, (start, stop) = spans
    return [*others, (start, stop + finding.shift_min)]


def _customary(span: Span, frame: Frame) -> Span:
    """Return declared hours of another day if they are nearly the same: observed hours include staff, those do not."""
    declared = {other for weekday in range(len(DAYS)) for other in frame.spans[weekday]}
    return min(
        (other for other in declared if _apart(other, span) <= _ALIKE), key=lambda o: _apart(o, span), default=span
    )


def _apart(one: Span, other: Span) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _without(span: Span, hole: Span) -> list[Span]:
    pieces = [(span[0], min(span[1], hole[0])), (max(span[0], hole[1]), span[1])]
    return [(start, stop) for start, stop in pieces if start < stop]
