"""Countries and currencies as people write them, by way of ISO 3166 and ISO 4217 (the package pycountry)."""

from __future__ import annotations

from functools import cache, lru_cache

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


@lru_cache(maxsize=4096)
def country_code(text: str) -> str | None:
    """Return the ISO 3166 code of two letters for a code or an English name; None when it is none of them."""
    text = text.strip()
    spoken = _SPOKEN.get(text.casefold())
    if spoken is not None:
        return spoken
    import pycountry

    try:
        found = pycountry.countries.lookup(text)
    except LookupError:
        return None
    return str(found.alpha_2)


def country_name(code: str) -> str:
    """Return the English name of a country's code of two letters."""
    import pycountry

    found = pycountry.countries.get(alpha_2=code)
    return str(getattr(found, "common_name", None) or found.name) if found else code


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
def _currencies() -> dict[str, str]:
    import pycountry

    return {currency.alpha_3: currency.name for currency in pycountry.currencies}
