"""The words for a finding, which text and Markdown share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dfsync.model.hours.week import DAYS, day_ranges
from dfsync.model.hours.write import describe_span
from dfsync.model.text import counted
from dfsync.traffic.analysis.findings import HoursFinding, HoursFindingKind, HoursReport, HoursVerdict, ShiftCause

CAUSES = {
    ShiftCause.TIME_ZONE: "every day is shifted alike: check the time zone of the site and of its sensors, "
    "and that their clocks follow daylight saving time",
    ShiftCause.DAYLIGHT_SAVING: "every day is shifted alike, and only for a part of the year: "
    "its clocks do not follow daylight saving time",
}
_EDGES = {
    HoursFindingKind.OPENS_EARLIER: "opens about {} earlier than declared",
    HoursFindingKind.OPENS_LATER: "opens about {} later than declared",
    HoursFindingKind.CLOSES_EARLIER: "closes about {} earlier than declared",
    HoursFindingKind.CLOSES_LATER: "closes about {} later than declared",
}


def what(finding: HoursFinding) -> str:
    """Return what was found: `opens about 1 h later than declared`."""
    if finding.kind in _EDGES:
        return _EDGES[finding.kind].format(_duration(abs(finding.shift_min)))
    if finding.kind is HoursFindingKind.BUSY_WHEN_CLOSED:
        return f"traffic {describe_span(finding.span)}, while declared closed"
    return f"no traffic {describe_span(finding.span)}, while declared open"


def why(finding: HoursFinding) -> str:
    """Return how sure the finding is, and why."""
    evidence = finding.evidence
    sure = "sure" if evidence.sure else "likely"
    period = f", only from {finding.period[0]} to {finding.period[1]}" if finding.period else ""
    return (
        f"{sure}: {evidence.agreeing} of {evidence.days} days agree; {describe_span(finding.span)} has "
        f"{evidence.per_hour:.3g} visitors an hour, usual is {evidence.usual_per_hour:.3g}{period}"
    )


def weekdays(numbers: Sequence[int]) -> str:
    """Return weekdays as a person reads them: `Mon–Fri, Sun`."""
    if len(numbers) == len(DAYS):
        return "daily"
    return ", ".join(day_ranges(sorted(numbers), "–"))


def left_out(verdict: HoursVerdict) -> str:
    """Return which days were not counted: `3 days left out: 2 closures, 1 dated exception`; "" for none."""
    reasons = Counter(day.reason for day in verdict.left_out)
    if not reasons:
        return ""
    why_not = ", ".join(counted(number, reason) for reason, number in reasons.most_common())
    return f"{counted(len(verdict.left_out), 'day')} left out: {why_not}"


def headline(report: HoursReport) -> str:
    """Return the whole report in one sentence."""
    differing, unknown = len(report.differing), len(report.unknown)
    parts = [f"{differing} of {counted(len(report.sites), 'site')} differ from their declared hours"]
    if unknown:
        parts.append(f"{unknown} can't be judged")
    if report.undeclared:
        parts.append(f"{counted(len(report.undeclared), 'site')} without declared hours left out")
    return f"{'; '.join(parts)} ({report.first} to {report.last})"


def _duration(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join([*([f"{hours} h"] if hours else ()), *([f"{rest} min"] if rest else ())])
