"""The sites that a traffic command can ask for: those that are selected and have an internal id."""

from __future__ import annotations

from collections.abc import Iterable

from dfsync.errors import InputError
from dfsync.files.selection import SiteSelection
from dfsync.model.site import Site


def choose(sites: Iterable[Site], selection: SiteSelection) -> tuple[list[Site], list[Site]]:
    """Return the selected sites, all by default: those with an `internal_id`, and those without.

    Raises `InputError` if none has an `internal_id`.
    """
    sites = list(sites)
    ids = selection.ids(sites)
    meant = [site for site in sites if site.id in ids]
    asked = [site for site in meant if site.internal_id is not None]
    if not asked:
        raise InputError(
            "no site has an internal_id, by which the traffic API knows it",
            help="write internal_id into the site files, or let dfsync traffic map find it",
        )
    return asked, [site for site in meant if site.internal_id is None]
