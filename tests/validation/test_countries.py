"""Countries and currencies: the tables are read as the package that ships them reads them."""

from __future__ import annotations

import pycountry
import pytest

from dfsync.validation.countries import country_code, country_name, is_currency


@pytest.mark.parametrize("spelled", [str, str.lower, str.upper])
def test_every_country_is_known_by_all_that_the_table_says_of_it(spelled) -> None:
    """Codes of two and three letters, numbers and names find the country that pycountry finds."""
    for country in pycountry.countries:
        for _, said in country:
            assert country_code(spelled(said)) == pycountry.countries.lookup(spelled(said)).alpha_2
        assert country_name(country.alpha_2) == getattr(country, "common_name", country.name)


def test_no_other_text_is_a_country() -> None:
    """What neither the table nor people say stays unknown."""
    assert country_code("Atlantis") is None
    assert country_code(" England ") == "GB"
    assert country_name("XX") == "XX"


def test_every_currency_is_known() -> None:
    """All codes of ISO 4217, in upper case alone."""
    assert all(is_currency(currency.alpha_3) for currency in pycountry.currencies)
    assert not is_currency("usd")
