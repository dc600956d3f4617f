"""The laws of the round trip: an unchanged sheet changes no byte, an edited cell changes its field alone."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.model.fields import FIELD
from dfsync.model.hours.free_text.read import read_day
from dfsync.model.hours.free_text.week_text import Closing, WeekText
from dfsync.model.hours.week import DAY, Week
from dfsync.model.values import same
from dfsync.plan.dated_exceptions import PlanDay
from dfsync.pull.run import PullRepository, pull
from dfsync.pull.sheets import live_site
from dfsync.pull.values import Incoming, Pulled
from dfsync.sheets.columns.decisions import Nobody
from dfsync.sheets.headers.own_headers import TARGETS
from dfsync.sheets.output.day_cells import day_cells
from dfsync.sheets.output.people_sheet import csv_bytes, people_sheet, xlsx_bytes
from dfsync.sheets.reader import SheetReader
from dfsync.sheets.rows.site_rows import contacts_of
from tests.pull.worlds import LIVE, NOW, World

WRITERS = [csv_bytes, xlsx_bytes]
SPANS = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WEEKS = st.tuples(*[st.lists(SPANS, max_size=3).map(tuple)] * 7).map(Week)


def written(world: World, writer) -> bytes:
    desired = world.checked().desired
    return writer(people_sheet(list(desired.sites.values()), desired.contacts.values()))


def read_back(world: World, data: bytes) -> Pulled:
    """Take a sheet in, and write what comes of it; nothing may be asked, and no cell be left out."""
    checked = world.checked()
    repository = PullRepository(world, checked.config, checked.desired, world.last_applied, PlanDay(NOW))
    readings = SheetReader(checked.config, checked.desired, Nobody()).read(data, "sheet")
    rows = [row for reading in readings if reading.sites for row in reading.sites.rows]
    assert [problem for reading in readings if reading.sites for problem in reading.sites.problems] == []
    contacts = [*(contact for reading in readings for contact in reading.contacts), *contacts_of(rows)]
    incoming = [Incoming(live_site(row), partial=True, kept_by_people=True) for row in rows]
    pulled = pull(repository, incoming, contacts)
    for change in pulled.changes:
        world.files[change.path] = change.after
    return pulled


@pytest.mark.parametrize("writer", WRITERS)
@settings(deadline=None, max_examples=40)
@given(LIVE)
def test_a_sheet_that_comes_back_as_it_was_changes_no_byte(writer, rows):
    """Whatever names, codes, groups and hours the files hold."""
    world = World.of()
    world.pull(rows)
    pulled = read_back(world, written(world, writer))
    assert pulled.changes == ()
    assert pulled.refusals == ()


CELLS = st.sampled_from(["", "North", "02134", "=1+1", "'quoted", "-5", "NO", "東京"])
COLUMNS = st.sampled_from(["name", "address.city", "address.postal_code", "groups"])


@settings(deadline=None, max_examples=60)
@given(LIVE.filter(bool), COLUMNS, CELLS.filter(bool))
def test_an_edited_cell_changes_its_field_alone(rows, field, text):
    """Every other field of every site stays as it was."""
    world = World.of()
    world.pull(rows)
    before = world.checked().desired.sites
    if not before:
        return
    table = list(csv.reader(io.StringIO(written(world, csv_bytes).decode("utf-8-sig"), newline="")))
    column = next(number for number, header in enumerate(table[0]) if TARGETS[header] == field)
    table[1][column] = f"'{text}" if text[0] in "=+-@" else text
    out = io.StringIO(newline="")
    csv.writer(out).writerows(table)
    read_back(world, out.getvalue().encode())
    after = world.checked().desired.sites
    assert before.keys() == after.keys()
    for id, site in after.items():
        for name in {*site.fields, *before[id].fields}:
            if (id, name) == (next(iter(before)), field):
                expected = (text,) if field == "groups" else text
                assert same(FIELD[name], site.fields[name], expected)
            else:
                assert same(FIELD[name], site.fields.get(name), before[id].fields.get(name))


@given(WEEKS)
def test_any_week_is_written_for_people_and_read_back_to_the_minute(week):
    """Ends mean the first minute closed, but for those that would be taken for the last one open."""
    cells = day_cells(week)
    assert WeekText(tuple(map(read_day, cells))).week(Closing.EXCLUSIVE) == week
    assert not any(read_day(cell).notes for cell in cells)
