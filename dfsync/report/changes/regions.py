"""The regions of sites, so that readers find the sites for which they are responsible."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dfsync.diff.changes import Change
from dfsync.model.site import Site
from dfsync.model.text import shortened
from dfsync.report.changes.effects import Effect, effects_of
from dfsync.report.changes.options import Options
from dfsync.report.changes.wording import words_of

_WHERE = 5
"""So many regions are named; the rest is counted together."""


def regions_of(sites: Iterable[Site]) -> dict[str, str]:
    """Return the region of each site by its id, from its whole desired state."""
    return {site.id: _region(site.fields, site.place.file) for site in sites}


def region(change: Change, known: Mapping[str, str]) -> str:
    """Return the region of a change: the known one, or else the one that the change itself shows."""
    after = {field.field: field.after for field in change.fields}
    return known.get(change.id) or _region(after, change.source.file)


def _region(fields: Mapping[str, Any], file: str) -> str:
    """Country and state if they are written, or else the groups, or else the folder of the file."""
    places = [str(value) for name in ("address.country", "address.state") if (value := fields.get(name))]
    groups = [str(group) for group in fields.get("groups") or ()]
    return " · ".join(places) or ", ".join(groups) or file.rpartition("/")[0] or "everywhere"


def where_less_open(changes: Sequence[Change], options: Options) -> Iterator[str]:
    """Yield where sites are closed or close earlier.

    A region is a country here, or a state, group or folder where the files write no country.
    """
    for effect in (Effect.CLOSED, Effect.MORE_DAYS, Effect.EARLIER) if options.regions else ():
        counts = Counter(
            region(change, options.regions).partition(" · ")[0] for change in changes if effect in effects_of(change)
        )
        if not counts:
            continue
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        named = [f"{shortened(where, 40)} {number:,}" for where, number in most[:_WHERE]]
        rest = f", elsewhere {sum(number for _, number in most[_WHERE:]):,}" if most[_WHERE:] else ""
        yield f"{words_of(effect).capitalize()}, by region: {', '.join(named)}{rest}."
