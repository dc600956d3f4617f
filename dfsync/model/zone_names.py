"""Names of time zones that mean the same zone. Source: the links of the IANA tz database, in `tzdata.zi` of tzdata."""

from __future__ import annotations

from functools import cache

from dfsync.runtime.resources import data_of


@cache
def zone_links() -> dict[str, str]:
    """Return the zone of each link, by the name of the link: `Asia/Kolkata` for `Asia/Calcutta`."""
    lines = (data_of("tzdata") / "zoneinfo/tzdata.zi").read_text(encoding="utf-8").splitlines()
    return {name: zone for zone, name in (line.split()[1:3] for line in lines if line.startswith("L "))}


def canonical_zone(name: str) -> str:
    """Return the one name under which all names of a zone are compared; a name that is no link stays as it is."""
    return zone_links().get(name, name)
