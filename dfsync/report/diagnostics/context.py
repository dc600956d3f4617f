"""What a report may show beside the findings themselves."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dfsync.findings import Finding, RuleInfo
from dfsync.model.text import visible

_CONFIG = "dfsync.yaml"


@dataclass(frozen=True, slots=True)
class SourceContext:
    """The surroundings of a report.

    `read_source` gives a file's text by its path relative to the root, None where there is none to show. `rules` has
    all rules by code, hit or not. `folder` is where the root lies in the repository, "" at its top: CI servers know
    files by their path in the repository.
    """

    read_source: Callable[[str], str | None]
    rules: Mapping[str, RuleInfo] = field(default_factory=dict)
    color: bool = False
    folder: str = ""

    def path(self, file: str | None) -> str:
        """Return the file's path in the repository; what belongs to no file stands at dfsync.yaml."""
        return posixpath.join(self.folder, file or _CONFIG)


def headline(diagnostic: Finding) -> str:
    """Return code, id and message on one line, for servers that show a description and little else."""
    about = "" if diagnostic.id is None else f" ({visible(diagnostic.id)})"
    return f"{diagnostic.code}{about}: {visible(diagnostic.message)}"


def subject(diagnostic: Finding) -> str:
    """Return which entry and field the diagnostic is about, "" when it is about neither."""
    parts = {"id": diagnostic.id, "field": diagnostic.field}
    return " · ".join(f"{name}: {visible(value)}" for name, value in parts.items() if value is not None)
