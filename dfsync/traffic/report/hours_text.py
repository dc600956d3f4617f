"""Declared hours against observed traffic, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from dfsync.model.hours.write import describe
from dfsync.model.text import shortened, visible
from dfsync.traffic.analysis.findings import HoursReport, JudgedSite
from dfsync.traffic.report.wording import CAUSES, headline, left_out, weekdays, what, why


def render(report: HoursReport) -> str:
    """Return the report: the sites that differ or can't be judged, then one line for the whole."""
    blocks = ["\n".join(_block(site)) for site in report.sites if site.verdict.findings or site.verdict.unknown]
    return "\n\n".join([*blocks, headline(report)]) + "\n"


def _block(site: JudgedSite) -> Iterator[str]:
    verdict = site.verdict
    yield f"{visible(site.id)}  {shortened(site.name)}"
    if verdict.unknown:
        yield f"  can't be judged: {verdict.unknown}"
        return
    for finding in verdict.findings:
        yield f"  {weekdays(finding.weekdays)} {what(finding)}"
        yield f"    {why(finding)}"
    if verdict.cause:
        yield f"  {CAUSES[verdict.cause]}"
    yield f"  declared  {describe(site.declared)}"
    if verdict.proposed is not None:
        yield f"  proposed  {describe(verdict.proposed)}"
    if days := left_out(verdict):
        yield f"  {days}"
