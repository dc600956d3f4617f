"""Decides which values of live a file may hold. A value that validate would refuse is left out, and the user is told.

A field that no file writes stays as live has it, so the repository is valid and the plan is empty from the first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from dfsync.files.edit.to_yaml import hours_node, site_node
from dfsync.files.edit.write import scalar
from dfsync.findings import Finding, Severity
from dfsync.model.hours.week import Week
from dfsync.model.place import NOWHERE
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.values import Unreadable, Value
from dfsync.sheets.table.values import UNREADABLE_HOURS
from dfsync.validation.checks.schema import WRONG_VALUE, schema_findings
from dfsync.validation.checks.severity import Levels
from dfsync.validation.rule import run_rules
from dfsync.validation.rules.entry_rules import SITE_RULES

_FORM = '[{"days": ["Mon", "Tue"], "start": "09:00", "end": "17:59"}]'


class Objection(Struct, frozen=True):
    """Why a file may not hold a value, and the code of the rule that says so."""

    reason: str
    code: str


class ValueCheck:
    """Checks values by the rules of one configuration."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._levels = Levels(config.rules)

    def objections(self, id: str, values: Mapping[str, Value]) -> dict[str, Objection]:
        """Return why values can't be in a file, by field. "id" and "" are about the whole site."""
        found = {name: objection for name, value in values.items() if (objection := _unwritable(value))}
        writable = {name: value for name, value in values.items() if name not in found}
        for finding in self._findings(id, writable):
            if self._levels.of(finding.code, finding.place.file) is Severity.ERROR:
                name = ".".join(step for step in finding.path if isinstance(step, str))
                found.setdefault(name, Objection(f"{finding.message} ({finding.code})", finding.code))
        return found

    def _findings(self, id: str, values: Mapping[str, Value]) -> Iterator[Finding]:
        yield from schema_findings("site", site_node(id, values), "")
        yield from run_rules(SITE_RULES, NOWHERE, Site(id, values, NOWHERE, 0), self._config)


def _unwritable(value: Value) -> Objection | None:
    """Return why no file could hold the value at all."""
    if isinstance(value, Unreadable):
        return Objection(f"the opening hours can't be read: the API's form is {_FORM}", UNREADABLE_HOURS)
    try:
        if isinstance(value, Week):
            hours_node(value, "compact")
        for text in (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ():
            scalar(text)
    except ValueError as error:
        return Objection(str(error), WRONG_VALUE)
    return None
