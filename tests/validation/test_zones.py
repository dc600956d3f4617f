"""Time zones, countries and currencies: those that exist are known, and for others the meant one is suggested."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dfsync.model.likeness.spelling import nearest, suggestion
from dfsync.validation.geography.countries import country_code, country_name, is_currency, nearest_currency
from dfsync.validation.geography.zones import Zone, _countries, _names, countries_of, offered, zone, zones_of


def test_every_zone_of_the_database_is_known_and_its_newer_name_is_the_newest() -> None:
    """Each can be loaded; where an old name has a newer one, that exists and has none."""
    assert len(_names()) > 500
    for name in _names():
        ZoneInfo(name)
        found = zone(name)
        assert found.known
        assert found.better is None or zone(found.better) == Zone(known=True, better=None)


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("GMT-05:00 America/New_York", "America/New_York"),
        ("GMT+000000 Africa/Casablanca", "Africa/Casablanca"),
        ("GMT+05:30 Asia/Calcutta", "Asia/Kolkata"),
        ("America/Los Angeles", "America/Los_Angeles"),
        ("america/new_york", "America/New_York"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Asia/Beijing", "Asia/Shanghai"),
        ("America/Argentina/Bu", "America/Argentina/Buenos_Aires"),
        ("PST", None),
        ("Pacific Time", "America/Los_Angeles"),
        ("US Eastern Time", "America/New_York"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Tokyo Standard Time", "Asia/Tokyo"),
        ("Berlin", "Europe/Berlin"),
        ("San Francisco", "America/Los_Angeles"),
        ("new york", "America/New_York"),
        ("America/New_Yrok", "America/New_York"),
        ("America/Bostn", "America/New_York"),
        ("America/Springfield", None),
        ("Springfield", None),
        ("Pacific", None),
        ("Central", None),
        ("UTC+1", None),
        ("America\u2215New_York", "America/New_York"),
        ("Europe/Berlin\u200b", "Europe/Berlin"),
        ("GMT-05:00", None),
        ("Mars/Olympus", None),
        ("localtime", None),
        ("../etc/passwd", None),
    ],
)
def test_an_unknown_zone_gets_the_one_that_was_meant(name: str, better: str | None) -> None:
    """By its spelling, by what stands after an offset, by where it was cut; nothing is guessed from nothing."""
    assert zone(name) == Zone(known=False, better=better)


@pytest.mark.parametrize(
    ("name", "better"),
    [("US/Pacific", "America/Los_Angeles"), ("Asia/Saigon", "Asia/Ho_Chi_Minh"), ("Europe/Kiev", "Europe/Kyiv")],
)
def test_an_old_name_is_told_apart_from_an_unknown_one(name: str, better: str) -> None:
    """It exists, and has another name today; a zone of a country is nobody's old name, even where it is a link."""
    assert zone(name) == Zone(known=True, better=better)
    assert zone("Europe/Oslo") == zone("UTC") == zone("Etc/GMT+5") == Zone(known=True, better=None)


@pytest.mark.parametrize(
    ("name", "country", "better"),
    [
        ("PST", "US", "America/Los_Angeles"),
        ("EDT", "US", "America/New_York"),
        ("PST", "PH", None),
        ("EST", "AU", None),
        ("Eastern Time", "CA", "America/Toronto"),
        ("Eastern Time", "AU", None),
        ("Berlin", "FR", None),
        ("Paris", "FR", "Europe/Paris"),
        ("Pacific Time", "US", "America/Los_Angeles"),
        ("AKST", "US", "America/Anchorage"),
    ],
)
def test_the_country_says_what_an_abbreviation_means(name: str, country: str, better: str | None) -> None:
    """No zone of another country is offered."""
    assert offered(name, country) == better


@given(st.sampled_from(sorted(_countries())), st.integers(0, 40), st.sampled_from(["swap", "drop", "twice", "case"]))
@example("Pacific/Guam", 9, "drop")
@example("Asia/Tomsk", 5, "drop")
def test_a_slip_gets_the_zone_that_was_typed_or_none(name: str, place: int, slip: str) -> None:
    """Never a neighbour's, unless what was typed is the neighbour's name but for letter case."""
    place %= len(name)
    before, letter, after = name[:place], name[place], name[place + 1 :]
    typed = {
        "swap": before + after[:1] + letter + after[1:],
        "drop": before + after,
        "twice": before + letter * 2 + after,
        "case": before + letter.swapcase() + after,
    }[slip]
    found = zone(typed)
    assert found.known or found.better in (name, None) or found.better.casefold() == typed.casefold(), typed


def test_zones_and_countries_agree() -> None:
    """A country's zones are the country's; a zone that others link to keeps time for their countries too."""
    for name, codes in _countries().items():
        assert codes <= countries_of(name)
    assert all("US" in countries_of(name) for name in zones_of("US"))
    assert zones_of("US")[0] == "America/New_York"
    assert countries_of("US/Pacific") >= {"US"}
    assert {"DE", "NO"} <= countries_of("Europe/Berlin")
    assert zones_of("XX") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("United States", "US"),
        ("U.S.A.", "US"),
        (" UK ", "GB"),
        ("Scotland", "GB"),
        ("Deutschland", "DE"),
        ("Germany", "DE"),
        ("Türkiye", "TR"),
        ("Côte d'Ivoire", "CI"),
        ("Nowhere", None),
        ("", None),
    ],
)
def test_a_country_is_recognised_as_people_write_it(text: str, code: str | None) -> None:
    """By code of two or three letters, by name, by what people say; anything else is not judged."""
    assert country_code(text) == code


def test_a_country_has_the_name_that_people_use() -> None:
    """It is the short name."""
    assert (country_name("TW"), country_name("BO"), country_name("XX")) == ("Taiwan", "Bolivia", "XX")


@pytest.mark.parametrize(
    ("text", "better"),
    [("usd", "USD"), ("Euro", "EUR"), ("US Dollar", "USD"), ("Yen", "JPY"), ("DEM", None), ("$", None)],
)
def test_a_currency_is_a_code_of_iso_4217(text: str, better: str | None) -> None:
    """In capitals; a name or another case is no code, and gets the code that is meant."""
    assert not is_currency(text)
    assert nearest_currency(text) == better
    assert all(map(is_currency, ("USD", "EUR", "JPY", "CHF")))


def test_the_nearest_word_is_near() -> None:
    """Whatever its case, spaces, `_` and `-`; a word that is not near is no suggestion, and a long one costs little."""
    assert nearest("Time-Zone", ["timezone", "currency"]) == "timezone"
    assert suggestion("curency", ["timezone", "currency"]) == "did you mean currency?"
    assert suggestion("x" * 1_000_000, ["timezone"]) is None
