"""The time zone and the currency of a place, if they are certain.

Sources: the IANA tz database; ISO 4217, whose codes begin with that of the country; the members of the euro area.
"""

from __future__ import annotations

from functools import lru_cache

from dfsync.model.text import shortened
from dfsync.validation.geography.countries import country_code, is_currency
from dfsync.validation.geography.states import (
    state_code,
    state_name,
    state_of_postal_code,
    year_offsets,
    zones_of_state,
)
from dfsync.validation.geography.zones import zones_of

_EURO = frozenset(
    "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA".split()  # noqa: SIM905  (as a list, each would be a line)
)
_OTHERS = {"LI": "CHF", "PR": "USD", "GU": "USD", "PL": "PLN", "RU": "RUB", "AU": "AUD", "BO": "BOB", "CL": "CLP"} | {
    "CH": "CHF", "US": "USD", "MX": "MXN", "CO": "COP", "UY": "UYU", "DK": "DKK", "GL": "DKK", "FO": "DKK"
}  # fmt: skip
"""Countries with the currency of another one, or with a second code for bonds and the like."""


@lru_cache(maxsize=4096)
def certain_zone(country: str, state: str, postal_code: str) -> str | None:
    """Return the zone of a country or state that has one time everywhere; None for any other place.

    A missing state follows from the postal code, if all codes with the same beginning are in one state.
    """
    zones = _times(country, state, postal_code)
    return zones[0] if len(zones) == 1 else None


@lru_cache(maxsize=4096)
def zone_doubt(country: str, state: str, postal_code: str) -> str | None:
    """Return why the zone of a place is not certain: `TX has several time zones`; None if it is."""
    code = country_code(country)
    if code is None:
        return f"{shortened(country, 40)} is no country that is known" if country else "no country is given"
    if len(_times(country, state, postal_code)) == 1:
        return None
    where, there = shortened(country, 40), shortened(state, 40)
    states = _states(code, state, postal_code)
    if len({*states}) > 1:
        return f"{shortened(postal_code, 40)} is no postal code of {there} ({where})"
    if states:
        return f"{there or state_name(states[0])} ({where}) has several time zones"
    if not state:
        return f"{where} has several time zones, and no state is given"
    return f"{where} has several time zones, and {there} is no state that is known"


def _states(code: str, state: str, postal_code: str) -> list[str]:
    """Return the states that a place names, by its name and by its postal code."""
    named = (state_code(code, state), state_of_postal_code(code, postal_code))
    return [each for each in named if each is not None]


def _times(country: str, state: str, postal_code: str) -> list[str]:
    """Return the zones of a place, one for each way in which its clocks go through the year."""
    code = country_code(country)
    if code is None:
        return []
    states = _states(code, state, postal_code)
    zones = [zone for each in states for zone in zones_of_state(each)] if states else zones_of(code)
    try:
        return list({year_offsets(zone): zone for zone in reversed(zones)}.values())
    except (LookupError, ValueError):  # ZoneInfoNotFoundError is a LookupError
        return []


@lru_cache(maxsize=1024)
def currency_of(country: str) -> str | None:
    """Return the currency of a country; None if it is not certain."""
    code = country_code(country)
    if code is None:
        return None
    if code in _EURO or code in _OTHERS:
        return "EUR" if code in _EURO else _OTHERS[code]
    found = [f"{code}{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if is_currency(f"{code}{letter}")]
    return found[0] if len(found) == 1 else None
