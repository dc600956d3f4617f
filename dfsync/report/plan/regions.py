"""The regions of sites, so that readers find the sites for which they are responsible."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dfsync.diff.changes import Change
from dfsync.model.site import Site


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
