"""Finds the zone for a name outside the database: a slip, a city, a name of Windows, a name that people use.

A wrong zone moves all opening hours of a site, so a zone is offered only if it is certain.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher, get_close_matches
from functools import cache

from dfsync.model.text import look
from dfsync.validation.geography.tables.windows_zones import WINDOWS_ZONES

# Names that no version of the database has had, and that directories of sites use all the same.
FORMER = {
    "Asia/Beijing": "Asia/Shanghai",
    "Asia/New_Delhi": "Asia/Kolkata",
    "Asia/Mumbai": "Asia/Kolkata",
    "America/Oranjestad": "America/Aruba",
    "America/Willemstad": "America/Curacao",
    "America/San_Francisco": "America/Los_Angeles",
    "America/Seattle": "America/Los_Angeles",
    "America/San_Diego": "America/Los_Angeles",
    "America/Las_Vegas": "America/Los_Angeles",
    "America/Dallas": "America/Chicago",
    "America/Houston": "America/Chicago",
    "America/Boston": "America/New_York",
    "America/Miami": "America/New_York",
    "America/Atlanta": "America/New_York",
    "America/Philadelphia": "America/New_York",
    "America/Washington": "America/New_York",
    "America/Montreal": "America/Toronto",
    "America/Ottawa": "America/Toronto",
    "America/Calgary": "America/Edmonton",
    "Europe/Munich": "Europe/Berlin",
    "Europe/Hamburg": "Europe/Berlin",
    "Europe/Frankfurt": "Europe/Berlin",
    "Europe/Cologne": "Europe/Berlin",
    "Europe/Barcelona": "Europe/Madrid",
    "Europe/Milan": "Europe/Rome",
    "Europe/Geneva": "Europe/Zurich",
    "Europe/Edinburgh": "Europe/London",
}

# What people in North America say; elsewhere these words mean other zones, or none.
_SPOKEN = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
_IN_CANADA = {
    "atlantic": "America/Halifax",
    "newfoundland": "America/St_Johns",
    "eastern": "America/Toronto",
    "central": "America/Winnipeg",
    "mountain": "America/Edmonton",
    "pacific": "America/Vancouver",
}
_LETTERS = {"e": "eastern", "c": "central", "m": "mountain", "p": "pacific", "ak": "alaska", "h": "hawaii"}
_OFFSET = re.compile(r"\((?:UTC|GMT)(?:[+-][0-9:]+)?\)\s*", re.IGNORECASE)
_US = re.compile(r"\s*(?:\(us(?:a)?(?: *(?:&|and) *canada)?\)|\((?:us|usa|canada)\))", re.IGNORECASE)
_SAID = re.compile(r"(?:u\.?s\.? )?([a-z]+)(?: (?:standard|daylight))?(?: time)?(?: zone)?")
_SHORT = re.compile(r"(ak|[ecmph])[sd]?t")


def zone_meant(name: str, zones: frozenset[str], country: str | None = None) -> str | None:
    """Return the zone of `zones` for a name; None if that is not certain.

    `country` is the ISO 3166 code of the country of the site, if it is known: abbreviations and cities depend on it.
    """
    name = look(name).strip().replace("\u2215", "/").replace("\\", "/")
    known = FORMER.get(name) or _cut(name, zones) or _folded(zones).get(_fold(name))
    return known or _of_windows(name) or _spoken(name, country) or _cities(zones).get(_fold(name)) or _slip(name, zones)


def _of_windows(name: str) -> str | None:
    return _windows_zones().get(_fold(name)) if name.casefold().endswith(" time") else None


@cache
def _windows_zones() -> dict[str, str]:
    return {_fold(windows): zone for windows, zone in WINDOWS_ZONES.items()}


def _spoken(name: str, country: str | None) -> str | None:
    """Return the zone of `Pacific Time`, and of `PST` if the country is known."""
    words = _US.sub("", _OFFSET.sub("", name)).casefold().strip()
    table = _IN_CANADA if country == "CA" else _SPOKEN if country in (None, "US") else {}
    short = _SHORT.fullmatch(words)
    if short is not None:
        return table.get(_LETTERS.get(short[1], "")) if country is not None else None
    said = _SAID.fullmatch(words)
    return table.get(said[1]) if said is not None and " " in words else None


def _slip(name: str, zones: frozenset[str]) -> str | None:
    """Return the zone whose every part is spelled nearly as it was typed."""
    if "/" not in name:
        return None
    near = _near(name, zones)
    return FORMER.get(near[0], near[0]) if len(near) == 1 or (near and near[0].casefold() == name.casefold()) else None


def _near(name: str, zones: frozenset[str]) -> list[str]:
    """Return up to two zones that are spelled nearly as a name."""
    found = get_close_matches(name[:60], [*zones, *FORMER], 2, 0.85)
    return [zone for zone in found if _is_near(zone, name)]


def _is_near(zone: str, name: str) -> bool:
    parts, typed = zone.split("/"), name.split("/")
    return len(parts) == len(typed) and all(
        SequenceMatcher(None, part.casefold(), other.casefold()).ratio() >= 0.8
        for part, other in zip(parts, typed, strict=True)
    )


def _cut(name: str, zones: frozenset[str]) -> str | None:
    """Return the zone for a name that was cut off at its end: `America/Argentina/Bu`."""
    if len(name) < 10 or "/" not in name:
        return None
    found = [zone for zone in zones if zone.startswith(name)]
    return found[0] if len(found) == 1 and {*_near(name, zones)} <= {*found} else None


@cache
def _folded(zones: frozenset[str]) -> dict[str, str]:
    return {_fold(zone): zone for zone in zones}


@cache
def _cities(zones: frozenset[str]) -> dict[str, str]:
    """Return zones by the cities that they are named after, those left out that two zones are named after."""
    found: dict[str, set[str]] = {}
    for zone in (*zones, *FORMER):
        if "/" in zone:
            found.setdefault(_fold(zone.rpartition("/")[2]), set()).add(FORMER.get(zone, zone))
    return {city: next(iter(named)) for city, named in found.items() if len(named) == 1}


def _fold(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name.casefold()).strip()
