"""Countries and currencies: the generated tables are those of the packages, and every name leads to its country."""

from __future__ import annotations

import runpy
from pathlib import Path

import iso3166
import iso4217
import pytest

from dfsync.validation.geography.countries import country_code, country_name, is_currency

GENERATOR = Path(__file__).parents[2] / ".ci" / "iso_tables.py"


def test_the_tables_are_up_to_date() -> None:
    """`python .ci/iso_tables.py` would change nothing."""
    generator = runpy.run_path(str(GENERATOR))
    assert generator["MODULE"].read_text(encoding="utf-8") == generator["module"](), "run: python .ci/iso_tables.py"


@pytest.mark.parametrize("spelled", [str, str.lower, str.upper])
def test_every_country_is_known_by_its_codes_and_names(spelled) -> None:
    """Codes of two and three letters, the number, the name of the standard and the name that dfsync shows."""
    for country in iso3166.countries:
        code = country.alpha2
        for said in (code, country.alpha3, country.numeric, country.name, country.apolitical_name, country_name(code)):
            assert country_code(spelled(said)) == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Bolivia", "BO"),
        ("Plurinational State of Bolivia", "BO"),
        ("Democratic Republic of the Congo", "CD"),
        ("Congo", "CG"),
        ("Korea", None),
        ("South Korea", "KR"),
        ("Taiwan", "TW"),
        ("Czech Republic", "CZ"),
        ("Bonaire", None),
        (" England ", "GB"),
        ("Atlantis", None),
    ],
)
def test_names_as_people_write_them(said: str, code: str | None) -> None:
    """A short name counts where it means one country; what neither the table nor people say stays unknown."""
    assert country_code(said) == code


def test_an_unknown_code_is_its_own_name() -> None:
    """There is nothing better to show."""
    assert country_name("XX") == "XX"


def test_every_currency_is_known() -> None:
    """All codes of ISO 4217 are known, and only in upper case."""
    assert all(is_currency(currency.code) for currency in iso4217.Currency)
    assert not is_currency("usd")
