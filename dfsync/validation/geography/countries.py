"""Countries and currencies as people write them, mapped to ISO 3166 and ISO 4217."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from dfsync.model.likeness.spelling import nearest
from dfsync.validation.geography.tables.iso_tables import COUNTRIES, CURRENCIES

# The names that people use where the ISO's own are longer, political or new.
_COMMON = {
    "CD": "Democratic Republic of the Congo",
    "GB": "United Kingdom",
    "KP": "North Korea",
    "KR": "South Korea",
    "LA": "Laos",
    "NR": "Nauru",
    "RU": "Russia",
    "SY": "Syria",
    "TR": "Turkey",
    "US": "United States",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
    "VN": "Vietnam",
}

# What else people write and ISO 3166 does not list.
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
    "federal republic of germany": "DE",
    "czech republic": "CZ",
    "slovak republic": "SK",
    "republic of ireland": "IE",
    "republic of the congo": "CG",
    "people's republic of china": "CN",
    "hong kong sar": "HK",
    "macau": "MO",
    "burma": "MM",
    "cape verde": "CV",
    "east timor": "TL",
    "holy see (vatican city state)": "VA",
    "ivory coast": "CI",
    "macedonia": "MK",
    "swaziland": "SZ",
    "the gambia": "GM",
    "the netherlands": "NL",
    "turkiye": "TR",
}


@lru_cache(maxsize=1024)
def country_code(text: str) -> str | None:
    """Return the two-letter ISO 3166 code for a code or an English name; None if it is unknown."""
    text = text.strip()
    return _SPOKEN.get(text.casefold()) or _countries().get(text.lower())


def country_name(code: str) -> str:
    """Return the English name of a country's code of two letters."""
    if code not in COUNTRIES:
        return code
    return _COMMON.get(code) or _short(COUNTRIES[code][-1])


def is_currency(text: str) -> bool:
    """Whether the text is a code of ISO 4217, in upper case."""
    return text in CURRENCIES


@lru_cache(maxsize=256)
def nearest_currency(text: str) -> str | None:
    """Return the code that was probably meant: one that is spelled alike, or the code of a currency name."""
    if text.upper() in CURRENCIES:
        return text.upper()
    by_name = {name.casefold(): code for code, name in CURRENCIES.items()}
    found = nearest(text, by_name) if len(text) > 3 else text.casefold()
    return by_name[found] if found in by_name else nearest(text, CURRENCIES)


@cache
def _countries() -> Mapping[str, str]:
    """Return the code of each country by all its names, in lower case. Exact names come before short ones."""
    known = {code.lower(): code for code in COUNTRIES}
    for code, said in COUNTRIES.items():
        known.update((one.lower(), code) for one in said)
    for code, name in _COMMON.items():
        known.setdefault(name.lower(), code)
    shared = Counter(_short(said[-1]) for said in COUNTRIES.values())
    for code, said in COUNTRIES.items():
        for one in _turned(said[-1]):
            if shared[one] <= 1:
                known.setdefault(one.lower(), code)
    return known


def _turned(name: str) -> Iterator[str]:
    """Yield `Bolivia` and `Plurinational State of Bolivia` for `Bolivia, Plurinational State of`."""
    short = _short(name)
    if short != name:
        yield short
        yield f"{name.removeprefix(short + ', ')} {short}"


def _short(name: str) -> str:
    short, _, rest = name.partition(", ")
    return short if rest.endswith((" of", " of the")) else name
