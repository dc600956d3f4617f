"""The check of dfsync.yaml itself: YAML, schema, hours of profiles and defaults, its rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dfsync.files.calendars import read_calendar
from dfsync.files.config import profile
from dfsync.files.exceptions import read_exceptions
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.parse import Parsed
from dfsync.findings import Finding, On
from dfsync.model.hours_read import read_hours
from dfsync.model.place import CONFIG_PLACE, Place, Pointer
from dfsync.model.settings import Config
from dfsync.validation.reading import hours_finding, refused, yaml_findings
from dfsync.validation.rule import run_rules
from dfsync.validation.rules import CONFIG_RULES
from dfsync.validation.schema import schema_findings


def config_findings(parsed: Parsed, config: Config, tree: Tree) -> Iterator[Finding]:
    """Yield what is wrong with dfsync.yaml."""
    raw = parsed.documents[0] if parsed.documents else None
    found = list(schema_findings("config", raw, CONFIG_FILE)) if parsed.documents else []
    yield from yaml_findings(CONFIG_FILE, parsed, tree.read(CONFIG_FILE), refused(found))
    yield from found
    if not parsed.documents:
        if not parsed.problems:
            yield Finding("DF102", "version is missing", CONFIG_PLACE, on=On.OPENING, help="add version: 1")
        return
    if len(parsed.documents) > 1:
        second = Place(CONFIG_FILE, (1,))
        yield Finding("DF104", "dfsync.yaml is one document", second, on=On.OPENING, help="take out the line ---")
    if isinstance(raw, dict):
        yield from _hours_findings(raw)
        yield from run_rules(CONFIG_RULES, CONFIG_PLACE, config)


def _hours_findings(raw: Mapping[str, object]) -> Iterator[Finding]:
    """Yield what is wrong with the hours and exceptions of profiles and defaults."""
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
