"""Real sets of sites, each as three messy sheets: every value and every minute comes in right, or its cell is named."""

from __future__ import annotations

from itertools import islice

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.model.text import normal
from dfsync.validation.check import check
from tests.sheets import messy
from tests.support import real_data
from tests.support.command_line import dfsync

SETS = {
    "coffee": real_data.starbucks,
    "libraries": real_data.libraries,
    "restaurants": real_data.hungry_jacks,
    "stations": real_data.stations,
}
FEW = 150


def sites_of(name: str) -> list[real_data.Site]:
    """Return some sites of a set, from all over it, each id once."""
    step = {"coffee": 150, "libraries": 28, "restaurants": 3, "stations": 35}[name]
    found = {site["id"]: site for site in islice(SETS[name](), None, None, step)}
    return list(found.values())[:FEW]


def in_cp1252(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@real_data.needs_data
@pytest.mark.parametrize(
    "sheet",
    [messy.american, messy.german, messy.french, messy.osm, messy.spanish, messy.pairs, messy.open_document],
)
@pytest.mark.parametrize("name", SETS)
def test_a_real_set_comes_in_right_or_names_the_cell(tmp_path, capfd, name, sheet):
    """No site that had hours comes in without hours, and no value is another than that of the sheet."""
    sites = sites_of(name)
    most = {messy.german: 1, messy.spanish: 2, messy.pairs: 2}.get(sheet, 9)  # spans that the columns of a day hold
    sites = [site for site in sites if all(len(spans) <= most for spans in messy.spans_of(messy.week_of(site)))]
    if sheet is messy.american:
        sites = [site for site in sites if in_cp1252(f"{site['name']}{site['address']}")]
    file, data = sheet(sites)
    (tmp_path / file).write_bytes(data)
    (tmp_path / "dfsync.yaml").write_text("version: 1\n")
    code = dfsync(tmp_path, "pull", "--from", file, "--yes")
    told = capfd.readouterr().err
    if code != 0:
        assert not (tmp_path / "sites").exists()
        assert dfsync(tmp_path, "pull", "--from", file, "--yes", "--skip-unreadable") == 0, capfd.readouterr().err
    there = check(WorkTree(tmp_path)).desired.sites
    wrong = []
    for site in sites:
        if site["id"] not in there:
            wrong.append((site["id"], "is missing"))
            continue
        fields = there[site["id"]].fields
        expected = {"name": site["name"], "timezone": site.get("timezone")}
        expected |= {f"address.{part}": site["address"].get(part) for part in messy.PLACES}
        wrong += [
            (site["id"], field, value, fields.get(field))
            for field, value in expected.items()
            if normal(value or "") != normal(fields.get(field) or "") and f"of site {site['id']}:" not in told
        ]
        week = messy.week_of(site)
        if week is not None and fields.get("operational_hours") != week:
            wrong.append((site["id"], "hours", week, fields.get("operational_hours")))
    assert wrong == []
