"""Write dfsync/validation/geography/tables/iso_tables.py from the packages iso3166 and iso4217.

Run `python .ci/iso_tables.py` after either package was updated; a test says when the module is out of date.
"""

from __future__ import annotations

from pathlib import Path

import iso3166
import iso4217

MODULE = Path(__file__).resolve().parents[1] / "dfsync" / "validation" / "geography" / "tables" / "iso_tables.py"

_HEAD = '''\
"""Countries of ISO 3166-1 and currencies of ISO 4217. Generated: do not edit, run `python .ci/iso_tables.py`."""

from __future__ import annotations

# By the code of two letters: the code of three letters, the number, the name, and the apolitical name if it differs.
COUNTRIES: dict[str, tuple[str, ...]] = {
'''


def module() -> str:
    """Return the text of the module."""
    countries = [
        f"    {_text(country.alpha2)}: ({', '.join(map(_text, _said(country)))}),\n"
        for country in sorted(iso3166.countries, key=lambda country: country.alpha2)
    ]
    currencies = [
        f"    {_text(currency.code)}: {_text(currency.currency_name)},\n"
        for currency in sorted(iso4217.Currency, key=lambda currency: currency.code)
    ]
    return "".join([_HEAD, *countries, "}\n\nCURRENCIES: dict[str, str] = {\n", *currencies, "}\n"])


def _said(country: iso3166.Country) -> list[str]:
    return list(dict.fromkeys((country.alpha3, country.numeric, country.name, country.apolitical_name)))


def _text(text: str) -> str:
    return f'"{text}"' if '"' not in text else repr(text)


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8", newline="\n")
