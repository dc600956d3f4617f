"""Findings: problems in the files, each with its place and with what to do.

A rule says what is wrong at which value (`place` and `path`). `dfsync.validation.checks.finding_places` then looks up
where the value is and adds what reports show: `severity`, `span`, `id` and `field`. `dfsync.report` decides how a
finding looks.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from dfsync.model.place import NOWHERE, Place, Pointer, Span

_LONGEST_KEY = 80
_OFFER = r"write (.+)|did you mean (.+)\?"
"""A help that begins with one of these is an offer: whoever follows it is rid of the finding."""


class Severity(StrEnum):
    """An `error` stops plan and apply; a `warning` or a `hint` never does."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


class On(StrEnum):
    """What is marked: the value at the path, its key, or the place at which something is missing."""

    VALUE = "value"
    KEY = "key"
    OPENING = "opening"


class RelatedPlace(Struct, frozen=True):
    """A second place of a finding, such as where a duplicate was first written. Fields as in `Finding`."""

    message: str
    place: Place
    path: Pointer = ()
    on: On = On.VALUE
    span: Span | None = None
    id: str | None = None

    @property
    def file(self) -> str:
        """The file that the place is in."""
        return self.place.file


class Finding(Struct, frozen=True):
    """One problem.

    `code` is the stable rule code (`dfsync explain CODE`). `path` leads from the place, which is that of an entry, to
    the value. When a site does not have the value, it came from a default, and is looked up in dfsync.yaml. `message`
    can stand alone; `help` is what to write instead, if that is known.

    The rest is known once the finding is located, and None where it does not apply: `id` is the site's or contact's id
    and `field` the dotted YAML field. A rule sets `span` when it knows the place already.
    """

    code: str
    message: str
    place: Place = NOWHERE
    path: Pointer = ()
    on: On = On.VALUE
    help: str | None = None
    related: tuple[RelatedPlace, ...] = ()
    span: Span | None = None
    severity: Severity = Severity.ERROR
    id: str | None = None
    field: str | None = None

    @property
    def offer(self) -> str | None:
        """What to write in the place of what is marked, word for word; None if the help only explains."""
        found = re.fullmatch(_OFFER, self.help or "")
        return next(filter(None, found.groups())) if found else None

    @property
    def file(self) -> str | None:
        """The file of the place; None if the finding is about no file."""
        return self.place.file or None

    def sort_key(self) -> tuple[str, int, int, str, str, str, str]:
        """Order by place, then code, message, id and field, so that the same files give the same report."""
        line, column = (self.span.line, self.span.column) if self.span else (0, 0)
        return (self.place.file, line, column, self.code, self.message, self.id or "", self.field or "")


class RuleInfo(Struct, frozen=True):
    """What reports say about a rule: its code, a short title, the manual, and its default level."""

    code: str
    title: str
    help: str
    severity: Severity


class Findings(Struct, frozen=True):
    """All findings of a run, sorted and each once, and how much was checked."""

    diagnostics: tuple[Finding, ...]
    files: int
    sites: int
    contacts: int

    def count(self, severity: Severity) -> int:
        """Return how many findings have this severity."""
        return sum(1 for finding in self.diagnostics if finding.severity is severity)

    @property
    def failed(self) -> bool:
        """Whether any finding is an error."""
        return any(finding.severity is Severity.ERROR for finding in self.diagnostics)


class Found(Struct, frozen=True):
    """The findings in one file or between files, and the codes of all of them, silenced ones too."""

    findings: tuple[Finding, ...] = ()
    codes: frozenset[str] = frozenset()


def arranged(findings: list[Finding]) -> tuple[Finding, ...]:
    """Return the findings sorted, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=Finding.sort_key))


def field_name(path: Pointer) -> str | None:
    """Return a path as a field: `address.city`, `contacts[0].phone`; None for the entry itself. Long keys are cut."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if len(step) <= _LONGEST_KEY else step[: _LONGEST_KEY - 1] + "…"
            text += f".{key}" if text else key
    return text or None
