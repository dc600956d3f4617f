"""Declared hours against observed traffic, for programs."""

from __future__ import annotations

from typing import Any

from dfsync.model.hours.week import DAYS
from dfsync.model.hours.write import clock, entries
from dfsync.model.text import json_document
from dfsync.traffic.analysis.findings import HoursFinding, HoursReport, JudgedSite


def render(report: HoursReport) -> str:
    """Return the report as JSON; every site is in it, also those that agree."""
    document = {
        "format": "dfsync/traffic-hours",
        "format_version": 1,
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "staff_minutes": report.staff_min,
        "summary": {
            "sites": len(report.sites),
            "differ": len(report.differing),
            "unknown": len(report.unknown),
            "undeclared": len(report.undeclared),
        },
        "sites": [_site(site) for site in report.sites],
        "undeclared": list(report.undeclared),
    }
    return json_document(document)


def _site(site: JudgedSite) -> dict[str, Any]:
    verdict = site.verdict
    return {
        "id": site.id,
        "name": site.name,
        "timezone": site.timezone,
        "status": "unknown" if verdict.unknown else "differs" if verdict.findings else "agrees",
        "unknown": verdict.unknown,
        "days": verdict.days,
        "findings": [_finding(finding) for finding in verdict.findings],
        "cause": verdict.cause,
        "declared": entries(site.declared),
        "proposed": None if verdict.proposed is None else entries(verdict.proposed),
        "left_out": [{"date": day.date.isoformat(), "reason": day.reason} for day in verdict.left_out],
    }


def _finding(finding: HoursFinding) -> dict[str, Any]:
    evidence = finding.evidence
    return {
        "kind": finding.kind,
        "weekdays": [DAYS[weekday] for weekday in finding.weekdays],
        "start": clock(finding.span[0]),
        "end": clock(finding.span[1] - 1),
        "shift_minutes": finding.shift_min,
        "sure": evidence.sure,
        "days": evidence.days,
        "agreeing": evidence.agreeing,
        "weight": round(evidence.weight, 1),
        "per_hour": round(evidence.per_hour, 2),
        "usual_per_hour": round(evidence.usual_per_hour, 2),
        "period": [day.isoformat() for day in finding.period] if finding.period else None,
    }
