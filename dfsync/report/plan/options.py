"""The options of a report on a plan, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is shown.

    `show_contacts` shows contacts unmasked; `details` shows every change and every id, however many there are; `color`
    allows terminal colours; `width` is that of the terminal in columns, `height` its lines, None where there is no
    screen to fit; `digest` is the plan file's, named so that what was reviewed can be told from what is applied;
    `full_report` is the link (https) or the name of an artifact that holds the whole report, for formats that have to
    leave something out; `regions` maps site ids to the region they are listed under (see `dfsync.report.plan.regions`);
    `lines_at` is the address of the files in a forge, `{file}` and `{line}` in it.
    """

    show_contacts: bool = False
    details: bool = False
    color: bool = False
    width: int = 80
    height: int | None = None
    digest: str | None = None
    full_report: str | None = None
    regions: Mapping[str, str] = field(default_factory=dict)
    lines_at: str | None = None


PLAIN = Options()
"""What is shown when nobody asks for anything."""
