"""Postal code of another form.

The address names a country, and the postal code does not have the form that postal codes have there. Usually a
spreadsheet removed the leading zero, or the postal code is that of another country. dfsync does not check a country
that it does not recognise, nor one without postal codes.

Fails:

```yaml
id: site-123
name: Downtown Store
address: {country: USA, postal_code: "2134"}  # DF113
```

Passes:

```yaml
id: site-123
name: Downtown Store
address: {country: USA, postal_code: "02134"}
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from dfsync.findings import Finding, RelatedPlace, Severity
from dfsync.model.damage import lost, unwrapped, whole_number
from dfsync.model.settings import Config
from dfsync.model.site import Site
from dfsync.model.text import normal, shortened
from dfsync.validation.geography.countries import country_code, country_name
from dfsync.validation.rule import Rule

RULE = Rule("DF113", Severity.WARNING)
_MOST_ZEROS = 2
_ADDRESSES = [(name, f"{name}.postal_code", f"{name}.country") for name in ("address", "shipping_address")]
_NINE = 9
"""The digits of a ZIP+4, which is written with a hyphen."""
_ALSO = {"US": r"\d{9}", "KR": r"\d{3}-?\d{3}"}
"""What the data set leaves out: nine digits without a hyphen, Korea's codes until 2015. A country may stand before."""


def check(site: Site, _: Config) -> Iterator[Finding]:
    """Yield a finding for each address whose postal code does not have the form of its country's codes."""
    for address, of_code, of_country in _ADDRESSES:
        code, country = site.fields.get(of_code), site.fields.get(of_country)
        if not isinstance(code, str) or not isinstance(country, str):
            continue
        code = normal(code)
        of = country_code(country)
        if not code or of is None or _fits(of, code) or not code.isascii() or lost(code):
            continue
        if unwrapped(code) or whole_number(code, "postal_code"):
            continue  # what a spreadsheet put around it is told by another rule
        message = f"{shortened(code, 40)} does not have the form of a postal code of {country_name(of)}: {_example(of)}"
        related = RelatedPlace("the country stands here", site.place, (address, "country"))
        path, help = (address, "postal_code"), _help(of, code)
        yield Finding(RULE.code, message, site.place, path, help=help, related=(related,))


def _help(country: str, code: str) -> str | None:
    """Return what to write if only the leading zeros of a code are missing; None otherwise."""
    if not code.isdecimal():
        return None
    found = (f"{'0' * zeros}{code}" for zeros in range(1, _MOST_ZEROS + 1))
    padded = next((text for text in found if _fits(country, text)), None)
    if padded and country == "US" and len(padded) == _NINE:
        padded = f"{padded[:5]}-{padded[5:]}"
    return f'write "{padded}"' if padded else None


def _fits(country: str, code: str) -> bool:
    form = _form(country)
    return form is None or form.fullmatch(code) is not None


@cache
def _form(country: str) -> re.Pattern[str] | None:
    """Return the form of a country's postal codes; None if none is known."""
    from dfsync.validation.geography.tables.postal_tables import POSTAL_CODES

    if country not in POSTAL_CODES:
        return None
    form = rf"(?:[A-Z]{{1,3}}[- ])?(?:{POSTAL_CODES[country][0]}|{_ALSO.get(country, '(?!)')})"
    return re.compile(form, re.ASCII | re.IGNORECASE)


def _example(country: str) -> str:
    from dfsync.validation.geography.tables.postal_tables import POSTAL_CODES

    return f"one is {POSTAL_CODES[country][1]}"
