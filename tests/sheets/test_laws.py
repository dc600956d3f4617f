"""The laws of the round trip: an unchanged sheet changes no byte, an edited cell changes its field alone."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from dfsync.model.fields import FIELD
from dfsync.model.hours.free_text.read import read_day
from dfsync.model.hours.free_text.week_text import Closing, WeekText
from dfsync.model.hours.week import DAY, DAYS, Week
from dfsync.model.hours.write import by_opening_day
from dfsync.model.values import same
from dfsync.plan.exception_weeks import PlanDay
from dfsync.pull.run import PullRepository, pull
from dfsync.pull.sheets import live_site
from dfsync.pull.values import IncomingSite, PullResult
from dfsync.sheets.columns.answers import Nobody
from dfsync.sheets.headers.own_headers import TARGETS
from dfsync.sheets.output.day_cells import day_cell, day_cells
from dfsync.sheets.output.people_sheet import csv_bytes, people_sheet, xlsx_bytes
from dfsync.sheets.reader import SheetReader
from dfsync.sheets.rows.site_rows import contacts_of
from tests.pull.worlds import LIVE, NOW, World
from tests.support.command_line import dfsync

WRITERS = [csv_bytes, xlsx_bytes]
SPANS = st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WEEKS = st.tuples(*[st.lists(SPANS, max_size=3).map(tuple)] * 7).map(Week)


def written(world: World, writer) -> bytes:
    desired = world.checked().desired
    return writer(people_sheet(list(desired.sites.values()), desired.contacts.values()))


def read_back(world: World, data: bytes) -> PullResult:
    """Take a sheet in, and write what comes of it; nothing may be asked, and no cell be left out."""
    checked = world.checked()
    repository = PullRepository(world, checked.config, checked.desired, world.last_applied, PlanDay(NOW))
    readings = SheetReader(checked.config, checked.desired, Nobody()).read(data, "sheet")
    rows = [row for reading in readings if reading.sites for row in reading.sites.rows]
    assert [problem for reading in readings if reading.sites for problem in reading.sites.problems] == []
    contacts = [*(contact for reading in readings for contact in reading.contacts), *contacts_of(rows)]
    incoming = [IncomingSite(live_site(row), partial=True, kept_by_people=True) for row in rows]
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


TEXTS = ["North", "02134", "=1+1", "'quoted", "-5", "NO", "1e3", "18:59", "#5", "東京", "a, b"]
DAY_TEXTS = {
    "closed": (),
    "24 hours": ((0, DAY),),
    "12-1 PM": ((720, 780),),
    "12:00-13:00, 14:00-15:00": ((720, 780), (840, 900)),
}
EDITS = st.one_of(
    st.tuples(st.sampled_from(["name", "address.city", "address.postal_code"]), st.sampled_from(TEXTS)),
    st.tuples(st.just("groups"), st.sampled_from(["North", "North, =South", "02134"])),
    st.tuples(st.just("timezone"), st.sampled_from(["Asia/Tokyo", "Europe/Paris"])),
    st.tuples(st.just("currency"), st.sampled_from(["CHF", "JPY"])),
    st.tuples(st.just("address.country"), st.sampled_from(["France", "NO"])),
    st.tuples(st.sampled_from([f"hours.{day}" for day in DAYS]), st.sampled_from(list(DAY_TEXTS))),
)
"""A column and what a person types into a cell of it."""


def edited_csv(data: bytes, target: str, row: int, text: str) -> bytes:
    """Return the sheet with another text in a cell, as Excel saves it where commas are decimal points."""
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    column = next(number for number, header in enumerate(table[0]) if TARGETS[header] == target)
    table[row][column] = f"'{text}" if text[0] in "=+-@" else text
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(table)
    return out.getvalue().encode("utf-8-sig")


def edited_xlsx(data: bytes, target: str, row: int, text: str) -> bytes:
    """Return the workbook with another text in a cell of the first worksheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book["Sites"]
    headers = [cell.value for cell in page[1]]
    column = next(number for number, header in enumerate(headers, 1) if TARGETS[header] == target)
    page.cell(row + 1, column).value = text
    page.cell(row + 1, column).data_type = "s"  # the column is one of texts, so Excel makes no formula of it
    out = io.BytesIO()
    try:
        book.save(out)
    except IllegalCharacterError:
        assume(False)  # openpyxl refuses characters that Excel keeps
    return out.getvalue()


def with_day(week: Week, day: int, spans: tuple[tuple[int, int], ...]) -> Week:
    """Return the week with other hours on a day; only for weeks in which no night reaches into it beyond noon."""
    opening = [list(spans) for spans in by_opening_day(week)]
    assume(day_cells(week) == [day_cell(spans) for spans in opening])
    opening[day] = list(spans)
    night = [stop - DAY for _, stop in opening[day - 1]]
    assume(max(night, default=0) <= (0 if spans == ((0, DAY),) else 720))
    return Week(tuple(map(tuple, opening)))


def expected_value(field: str, text: str, before: object) -> object:
    """Return the value that a cell's text gives to its field."""
    if field.startswith("hours."):
        if not isinstance(before, Week):
            reject()
        return with_day(before, DAYS.index(field.removeprefix("hours.")), DAY_TEXTS[text])
    return tuple(part.strip() for part in text.split(",")) if field == "groups" else text


@pytest.mark.parametrize(("writer", "edited"), [(csv_bytes, edited_csv), (xlsx_bytes, edited_xlsx)])
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.filter_too_much])
@given(LIVE.filter(bool), EDITS, st.integers(0, 5))
def test_an_edited_cell_changes_its_field_alone(writer, edited, rows, edit, number):
    """Exactly that field of that site changes: no other field, no other site, no byte of another file."""
    world = World.of()
    world.pull(rows)
    before, files = world.checked().desired.sites, dict(world.files)
    assume(before)
    number %= len(before)
    id, (target, text) = list(before)[number], edit
    field = "operational_hours" if target.startswith("hours.") else target
    expected = expected_value(target, text, before[id].fields.get(field))
    data = written(world, writer)
    assume(len(people_rows(data)) == len(before) + 1)  # an id that no workbook can hold has no row
    read_back(world, edited(data, target, number + 1, text))
    after = world.checked().desired.sites
    assert before.keys() == after.keys()
    for other, site in after.items():
        for name in {*site.fields, *before[other].fields}:
            value = expected if (other, name) == (id, field) else before[other].fields.get(name)
            assert same(FIELD[name], site.fields.get(name), value), (other, name)
    changed = {path for path in files if world.files[path] != files[path]}
    assert changed <= {before[id].place.file}
    assert world.files.keys() == files.keys()


def people_rows(data: bytes) -> list[object]:
    """Return the rows of sites of a sheet."""
    if not data.startswith(b"PK"):
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    return list(openpyxl.load_workbook(io.BytesIO(data))["Sites"].rows)


@given(WEEKS)
def test_any_week_is_written_for_people_and_read_back_to_the_minute(week):
    """Ends mean the first minute closed, but for those that would be taken for the last one open."""
    cells = day_cells(week)
    assert WeekText(tuple(map(read_day, cells))).week(Closing.EXCLUSIVE) == week
    assert not any(read_day(cell).notes for cell in cells)


CONFIG_OF_MANY = """version: 1
defaults:
  - {match: sites/us/**, set: {currency: USD, address: {country: USA}}}
hours_profiles:
  retail: {Mon-Fri: 09:00-18:59, Sat-Sun: 07:00-20:00}
calendars:
  all: {match: sites/**, exceptions: [{date: 2026-12-25, closed: true, note: Christmas}]}
"""
SITES_OF_MANY = {
    "sites/us/downtown.yaml": """# ours
id: "001"   # the first
name: Downtown # hers
address: {street: 1 Main St, city: Austin, state: TX, postal_code: "02134"}
groups: [Retail, West]
timezone: America/Chicago
operational_hours: {profile: retail}
exceptions:
  - {date: 2026-12-24, hours: 09:00-13:59, note: Eve} # eve
  - date: 2026-12-31
    closed: true # inventory
contacts:
  - {name: Ada, email: ada@example.com, phone: "0041 79 555"} # boss
""",
    "sites/fr.yaml": """sites:
  - id: fr-1
    name: Café Süd
    address: &a {city: Paris, country: France}
    timezone: Europe/Paris
    currency: EUR
    operational_hours:
      - {days: [Mon, Tue, Wed, Thu, Fri], start: 09:00, end: 18:59}
  # between
  - id: fr-2
    name: Nord
    address: {<<: *a, city: Lille}
    timezone: Europe/Paris
    currency: EUR
    operational_hours: {Mon-Fri: [09:00-12:00, 13:00-17:00], Sat: 18:00-02:00, Sun: closed}
""",
    "contacts/all.yaml": """contacts:
  - {site: fr-1, name: Bo, email: bo@example.com, role: Manager} # first
  - {site: fr-2, name: Cy, email: cy@example.com, phone: "1"}
""",
}
EDITS_OF_MANY = {
    ("Sites", "B2", "Uptown"): ("sites/us/downtown.yaml", "name: Downtown", "name: Uptown"),
    ("Sites", "G2", "02139"): ("sites/us/downtown.yaml", '"02134"', '"02139"'),
    ("Sites", "E2", "CA"): ("sites/us/downtown.yaml", "TX", "CA"),
    ("Sites", "F2", "Mexico"): ("sites/us/downtown.yaml", "state: TX, ", "state: TX, country: Mexico, "),
    ("Sites", "H2", "Retail, Flagship"): ("sites/us/downtown.yaml", "West", "Flagship"),
    ("Sites", "I2", "America/Denver"): ("sites/us/downtown.yaml", "America/Chicago", "America/Denver"),
    ("Sites", "J3", "CHF"): ("sites/fr.yaml", "currency: EUR", "currency: CHF"),
    ("Sites", "D4", "Lens"): ("sites/fr.yaml", "city: Lille", "city: Lens"),
    ("Sites", "K4", "10-12"): ("sites/fr.yaml", "Mon-Fri: [09", "Mon: 10:00-11:59, Tue-Fri: [09"),
    ("Sites", "P4", "10-12"): ("sites/fr.yaml", "Sat: 18:00-02:00", "Sat: 10:00-11:59"),
    ("Sites", "Q4", "12-4 PM"): ("sites/fr.yaml", "Sun: closed", "Sun: 12:00-15:59"),
    ("Contacts", "D2", "0041 79 556"): ("sites/us/downtown.yaml", "0041 79 555", "0041 79 556"),
    ("Contacts", "C2", "ada@new.example"): ("sites/us/downtown.yaml", "ada@example.com", "ada@new.example"),
    ("Contacts", "E4", "Boss"): ("contacts/all.yaml", 'phone: "1"}', 'phone: "1", role: Boss}'),
    ("Contacts", "E3", "Owner"): ("contacts/all.yaml", "Manager", "Owner"),
    ("Exceptions", "D2", "10-2"): ("sites/us/downtown.yaml", "09:00-13:59", "10:00-13:59"),
    ("Exceptions", "E2", "Christmas Eve"): ("sites/us/downtown.yaml", "note: Eve", "note: Christmas Eve"),
    ("Exceptions", "E4", "Stock"): ("sites/us/downtown.yaml", "# inventory", "# inventory\n    note: Stock"),
}
"""A cell of the workbook and its new text: the file, what stands there, and what stands there afterwards."""


@pytest.mark.parametrize("edit", EDITS_OF_MANY, ids=lambda edit: f"{edit[0]}-{edit[1]}")
def test_an_edit_is_all_that_git_shows(tmp_path, capfd, edit):
    """Fields of files and of defaults, hours in every form, contacts and exceptions: comments stay, and all else."""
    (tmp_path / "dfsync.yaml").write_text(CONFIG_OF_MANY)
    for path, text in SITES_OF_MANY.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert dfsync(tmp_path, "sheet", "s.xlsx") == 0
    page, cell, text = edit
    book = openpyxl.load_workbook(tmp_path / "s.xlsx")
    book[page][cell] = text
    book.save(tmp_path / "s.xlsx")
    assert dfsync(tmp_path, "pull", "--from", "s.xlsx") == 0, capfd.readouterr().err
    file, before, after = EDITS_OF_MANY[edit]
    for path, text in SITES_OF_MANY.items():
        expected = text.replace(before, after, 1) if path == file else text
        assert (tmp_path / path).read_text(encoding="utf-8") == expected
    assert (tmp_path / "dfsync.yaml").read_text() == CONFIG_OF_MANY
