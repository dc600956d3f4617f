"""The options of a report on a plan, the same for every format."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field


class Options(Struct, frozen=True):
    """How a plan is shown.

    - `show_contacts`: contacts are shown unmasked.
    - `details`: every change and every id is shown, however many there are.
    - `color`: colours of a terminal are allowed.
    - `width`, `height`: columns and lines of the terminal. `height` is None if there is no screen to fit.
    - `digest`: the digest of the plan file, which tells a reviewer whether what is applied is what was reviewed.
    - `full_report`: the link (https) to the whole report or the name of its artifact, for formats with limits.
    - `regions`: the region of each site id (see `dfsync.report.changes.regions`).
    - `lines_at`: the address of the files in a forge, with `{file}` and `{line}` in it.
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
