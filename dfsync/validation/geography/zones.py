"""Time zones: which exist, which are old names of others, and which belong to a country.

Source: the IANA tz database as the package tzdata ships it: `zones` (all names), `zone.tab` and `zone1970.tab` (zones
by country) and the links of `tzdata.zi`.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from msgspec import Struct

from dfsync.model.zone_names import zone_links
from dfsync.runtime.resources import data_of

# Zones of no country that are nobody's old name, and abbreviations that stand for no one zone.
_CURRENT = frozenset({"UTC", "GMT", "EST", "MST", "HST", "CET", "EET", "MET", "WET"})


class Zone(Struct, frozen=True):
    """What the database knows about a name: whether it exists, and the better name if there is one."""

    known: bool
    better: str | None


@lru_cache(maxsize=4096)
def zone(name: str) -> Zone:
    """Look up a time zone. An old name exists and has a better one; an unknown name has the nearest one."""
    if name in _names():
        return Zone(known=True, better=None if _is_current(name) else zone_links().get(name))
    prefixed = re.fullmatch(_PREFIXED, name)
    if prefixed is not None:
        inner = zone(prefixed[1])
        return Zone(known=False, better=inner.better or prefixed[1] if inner.known else inner.better)
    return Zone(known=False, better=_meant(name))


def offered(name: str, country: str | None) -> str | None:
    """Return the zone that an unknown name means in a country (ISO 3166 code), None if that is not certain."""
    better = (_meant(name, country) if country else None) or zone(name).better
    return None if better and country and country not in countries_of(better) else better


def zone_names() -> list[str]:
    """Return the names of zones that a person may choose: those of a country, and UTC."""
    return sorted({*_countries(), "UTC"})


def _is_current(name: str) -> bool:
    return name in _CURRENT or name.startswith("Etc/") or name in _countries()


@lru_cache(maxsize=4096)
def countries_of(name: str) -> frozenset[str]:
    """Return the ISO 3166 codes of the countries with the time of this zone; empty for a zone of no country."""
    found = _countries().get(name, frozenset())
    target = zone_links().get(name)
    return found | _countries().get(target, frozenset()) if target else found


@lru_cache(maxsize=512)
def zones_of(country: str) -> tuple[str, ...]:
    """Return the zones of a country, by its ISO 3166 code, in the order of the database: the capital's mostly first."""
    return tuple(line.split("\t")[2] for line in _rows("zone.tab") if line.startswith(country))


# GMT-05:00 America/New_York, as directories of shops write it.
_PREFIXED = r"(?:GMT|UTC)[+-][0-9:]+ +(\S+)"


@lru_cache(maxsize=4096)  # a wrong zone is often that of a hundred sites
def _meant(name: str, country: str | None = None) -> str | None:
    from dfsync.validation.geography.zone_offer import zone_meant  # only a zone that is wrong needs it

    return zone_meant(name, _current_names(), country)


@cache
def _names() -> frozenset[str]:
    names = _text("zones").split()
    return frozenset(name for name in names if name not in ("Factory", "localtime"))


@cache
def _current_names() -> frozenset[str]:
    return frozenset(_countries())


@cache
def _countries() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for table in ("zone.tab", "zone1970.tab"):
        for line in _rows(table):
            codes, _, name, *_ = line.split("\t")
            found[name] = found.get(name, frozenset()) | frozenset(codes.split(","))
    return found


def _rows(table: str) -> list[str]:
    return [line for line in _text("zoneinfo", table).splitlines() if line and not line.startswith("#")]


def _text(*path: str) -> str:
    return data_of("tzdata").joinpath(*path).read_text(encoding="utf-8")
