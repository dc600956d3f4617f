"""Declared hours against observed traffic, for a pull request or an issue."""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.model.hours.week import Week
from dfsync.model.hours.write import describe
from dfsync.model.text import shortened
from dfsync.report.elements import gfm
from dfsync.report.elements.weeks import day_runs
from dfsync.traffic.analysis.findings import HoursReport, JudgedSite
from dfsync.traffic.report.wording import CAUSES, headline, left_out, weekdays, what, why


def render(report: HoursReport) -> str:
    """Return the report: a section for each site that differs, then those that can't be judged."""
    parts = ["## Declared hours against traffic", headline(report) + "."]
    parts += ["\n".join(_section(site)) for site in report.differing]
    if report.unknown:
        parts.append("### Can't be judged")
        parts.append("\n".join(f"- {_name(site)}: {site.verdict.unknown}" for site in report.unknown))
    return "\n\n".join(parts) + "\n"


def _section(site: JudgedSite) -> Iterator[str]:
    verdict = site.verdict
    yield f"### {_name(site)}\n"
    for finding in verdict.findings:
        yield f"- **{weekdays(finding.weekdays)}** {what(finding)} ({why(finding)})"
    if verdict.cause:
        yield f"- {CAUSES[verdict.cause]}"
    yield f"- declared: {describe(site.declared)}"
    if verdict.proposed is not None:
        yield f"- proposed: {describe(verdict.proposed)}"
        yield from _picture(site.declared, verdict.proposed)
    if days := left_out(verdict):
        yield f"- {days}"


def _picture(declared: Week, proposed: Week) -> Iterator[str]:
    """Draw the days that would change, half an hour a block: `█` stays open, `▓` opens, `░` closes."""
    drawn = day_runs(declared, proposed)
    width = max((len(days) for days, _ in drawn), default=0)
    if drawn:
        yield "\n  ```text"
        yield from (f"  {days:<{width}}  {''.join(text for text, _ in runs)}" for days, runs in drawn)
        yield "  ```\n"


def _name(site: JudgedSite) -> str:
    return f"{gfm.text(shortened(site.name))} ({gfm.text(site.id)})" if site.name else gfm.text(site.id)
