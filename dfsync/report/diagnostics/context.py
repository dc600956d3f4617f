"""What reports of findings share: the surroundings of a report, and words about a finding."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from dfsync.findings import Finding, RuleInfo
from dfsync.model.text import visible

_CONFIG = "dfsync.yaml"


class SourceContext(Struct, frozen=True):
    """The surroundings of a report.

    `read_source` gives the text of a file by its path relative to the root; None if there is none to show. `rules` has
    all rules by code, whether or not they found something. `folder` is the path from the top of the
    repository to the root, "" if they are the same: CI servers know files by their path in the repository.
    """

    read_source: Callable[[str], str | None]
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    color: bool = False
    folder: str = ""

    def path(self, file: str | None) -> str:
        """Return the path of a file in the repository. A finding about no file is shown at dfsync.yaml."""
        return posixpath.join(self.folder, file or _CONFIG)


def message(finding: Finding) -> str:
    """Return what is wrong, with file and line of the other places, which not every server shows."""
    return visible(finding.message) + other_places(finding)


def other_places(finding: Finding) -> str:
    """Return the file and line of the other places that a finding involves, in brackets; "" if there is none."""
    others = [f"{visible(other.file)}:{other.span.line}" for other in finding.related if other.span is not None]
    return f" (see {', '.join(others)})" if others else ""


def headline(finding: Finding) -> str:
    """Return code, id and message on one line, for servers that show a description and little else."""
    about = "" if finding.id is None else f" ({visible(finding.id)})"
    return f"{finding.code}{about}: {message(finding)}"


def subject(finding: Finding) -> str:
    """Return the entry and field of a finding, "" if it has neither."""
    parts = {"id": finding.id, "field": finding.field}
    return " · ".join(f"{name}: {visible(value)}" for name, value in parts.items() if value is not None)
