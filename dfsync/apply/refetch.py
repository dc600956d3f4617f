"""Reads some live sites again."""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.api.calls.pages import chunked
from dfsync.api.client import Client
from dfsync.model.live import LiveSite
from dfsync.model.settings import ApiSettings


def reread(client: Client, ids: Sequence[str], live: int, settings: ApiSettings) -> dict[str, LiveSite]:
    """Return those of the sites that are live, by id.

    Only they are asked for, unless an export of all of live (about `live` sites) takes fewer requests.
    """
    if not ids:
        return {}
    filtered = sum(1 for _ in chunked(ids, settings.page_size))
    wanted = frozenset(ids)
    if filtered <= max(1, -(-live // settings.page_size)):
        found = client.export(lambda site: site, ids=ids)
    else:
        kept = client.export(lambda site: site if site.id in wanted else None)
        found = [site for site in kept if site is not None]
    return {site.id: site for site in found}
