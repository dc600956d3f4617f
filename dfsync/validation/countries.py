"""Countries and currencies as people write them, by way of ISO 3166 and ISO 4217.

The tables are those that the package pycountry ships; they are read as they are, since its own reading imports half of
the standard library, a tenth of the time of a hook on one file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache

from dfsync.resources import data_of
from dfsync.validation.nearest import nearest

# What people write and ISO 3166 does not list.
_SPOKEN = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "u.s.": "US",
    "u.s.a.": "US",
    "america": "US",
    "deutschland": "DE",
    "russia": "RU",
    "turkey": "TR",
}


def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of two letters for a code or an English name; None when it is none of them."""
    text = text.strip()
    return _SPOKEN.get(text.casefold()) or _countries().get(text.lower())


def country_name(code: str) -> str:
    """Return the English name of a country's code of two letters."""
    found = next((country for country in _table("3166-1") if country["alpha_2"] == code), {})
    return found.get("common_name") or found.get("name") or code


def is_currency(text: str) -> bool:
    """Whether the text is a code of ISO 4217, in upper case."""
    return text in _currencies()


@lru_cache(maxsize=256)
def nearest_currency(text: str) -> str | None:
    """Return the code that was probably meant: by the code itself, or by the currency's name."""
    if text.upper() in _currencies():
        return text.upper()
    by_name = {name.casefold(): code for code, name in _currencies().items()}
    found = nearest(text, by_name) if len(text) > 3 else text.casefold()
    return by_name[found] if found in by_name else nearest(text, _currencies())


@cache
def _countries() -> Mapping[str, str]:
    """Return the code of each country by all that the table says of it, in lower case; the first one wins."""
    known: dict[str, str] = {}
    for country in _table("3166-1"):
        for said in country.values():
            known.setdefault(said.lower(), country["alpha_2"])
    return known


@cache
def _currencies() -> Mapping[str, str]:
    return {currency["alpha_3"]: currency["name"] for currency in _table("4217")}


@cache
def _table(standard: str) -> list[dict[str, str]]:
    file = data_of("pycountry") / "databases" / f"iso{standard}.json"
    rows: list[dict[str, str]] = json.loads(file.read_bytes())[standard]
    return rows
