"""Finds creates that look like a mistake. The API can't delete, so a site that is created by mistake stays for ever."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dfsync.model.fields import ADDRESS_PARTS, FIELD
from dfsync.model.live import LiveSite
from dfsync.model.site import Site
from dfsync.model.text import look, normal
from dfsync.model.values import comparable
from dfsync.plan.values import LookAlike

_ADDRESS = tuple(FIELD[f"address.{part}"] for part in ADDRESS_PARTS)
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_PUNCTUATION = re.compile(r"[\W_]+")


def bare_id(id: str) -> str:
    """Return the id without case, spaces, punctuation, leading zeros and invisible characters."""
    return _PUNCTUATION.sub("", _LEADING_ZEROS.sub("", look(id).casefold()))


def find_lookalikes(
    creates: Iterable[Site], live_ids: Iterable[str], desired_ids: Iterable[str], unmanaged: Iterable[LiveSite]
) -> Iterator[LookAlike]:
    """Yield the creates whose id resembles another id, or whose name and address are already live."""
    pending = list(creates)
    if not pending:
        return
    by_bare: dict[str, list[str]] = {}
    for id in dict.fromkeys((*live_ids, *desired_ids)):
        by_bare.setdefault(bare_id(id), []).append(id)
    by_name: dict[str, list[LiveSite]] = {}
    for live in unmanaged:
        by_name.setdefault(normal(live.name).casefold(), []).append(live)
    for site in pending:
        other = next((id for id in by_bare.get(bare_id(site.id), ()) if id != site.id), None)
        if other is not None:
            yield LookAlike(site.id, other, "its id differs only in case, spaces, punctuation or leading zeros")
            continue
        twin = next((live for live in by_name.get(normal(site.name).casefold(), ()) if _same_address(site, live)), None)
        if twin is not None:
            yield LookAlike(site.id, twin.id, "a live site that no file describes has the same name and address")


def _same_address(site: Site, live: LiveSite) -> bool:
    written = [field for field in _ADDRESS if field.name in site.fields]
    for field in written or _ADDRESS:
        if comparable(field, site.fields.get(field.name)) != comparable(field, live.value(field)):
            return False
    return True
