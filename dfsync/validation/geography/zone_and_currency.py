"""The time zone and the currency of a place, if they are certain.

Sources: the IANA tz database; ISO 4217, whose codes begin with that of the country; the members of the euro area.
"""

from __future__ import annotations

from functools import lru_cache

from dfsync.validation.geography.countries import country_code, is_currency
from dfsync.validation.geography.states import state_code, year_offsets, zones_of_state
from dfsync.validation.geography.zones import zones_of

_EURO = frozenset(
    "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA".split()  # noqa: SIM905
)
_OTHERS = {"LI": "CHF", "PR": "USD", "GU": "USD", "PL": "PLN", "RU": "RUB", "AU": "AUD", "BO": "BOB", "CL": "CLP"} | {
    "CH": "CHF", "US": "USD", "MX": "MXN", "CO": "COP", "UY": "UYU", "DK": "DKK", "GL": "DKK", "FO": "DKK"
}  # fmt: skip
"""Countries with the currency of another one, or with a second code for bonds and the like."""


@lru_cache(maxsize=4096)
def certain_zone(country: str, state: str) -> str | None:
    """Return the zone of a country or state that has one time everywhere; None for any other place."""
    code = country_code(country)
    if code is None:
        return None
    of_state = state_code(code, state)
    zones = zones_of_state(of_state) if of_state is not None else zones_of(code)
    try:
        return zones[0] if zones and len({year_offsets(zone) for zone in zones}) == 1 else None
    except (LookupError, ValueError):  # ZoneInfoNotFoundError is a LookupError
        return None


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
