"""Makes findings of the problems that the readers of opening hours and dated exceptions report.

`dfsync.model.hours.file_form.read` finds the problem. The finding says where it is as a pointer;
`dfsync.validation.checks.finding_places` looks up its line and column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dfsync.files.calendars import read_calendar
from dfsync.files.config import profile
from dfsync.files.dated_exceptions import read_exceptions
from dfsync.findings import Finding, On, RelatedPlace
from dfsync.model.hours.file_form.problem import HoursProblem
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.place import CONFIG_PLACE, Place, Pointer


def hours_finding(problem: HoursProblem, place: Place, at: Pointer = ()) -> Finding:
    """Return a problem of hours below `at` as a finding."""
    on = On.KEY if problem.on_key else On.VALUE
    also = () if problem.also is None else (RelatedPlace("the other one stands here", place, (*at, *problem.also)),)
    return Finding(problem.code, problem.message, place, (*at, *problem.path), on, problem.help, also)


def hours_findings(raw: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the hours and exceptions that dfsync.yaml has in profiles, defaults and calendars."""
    profiles = {}
    for name, written in _mapping(raw.get("hours_profiles")).items():
        read, problems = profile(written, name)
        profiles[name] = read.hours
        for problem in problems:
            yield hours_finding(problem, CONFIG_PLACE, ("hours_profiles", name))
    defaults = raw.get("defaults")
    for number, default in enumerate(defaults if isinstance(defaults, list) else ()):
        values = _mapping(_mapping(default).get("set"))
        at: Pointer = ("defaults", number, "set")
        if "operational_hours" in values:
            for problem in read_hours(values["operational_hours"], profiles).problems:
                yield hours_finding(problem, CONFIG_PLACE, (*at, "operational_hours"))
        for problem in read_exceptions(values.get("exceptions"))[1]:
            yield hours_finding(problem, CONFIG_PLACE, at)
    for name, calendar in _mapping(raw.get("calendars")).items():
        for problem in read_calendar(name, _mapping(calendar))[1]:
            yield hours_finding(problem, CONFIG_PLACE, ("calendars", name))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
