"""The files that `pull --from` names: saved exports, and spreadsheets of sites and of contacts.

Its first bytes and its header show what a file holds. A blank cell leaves a field as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from dfsync.errors import InputError
from dfsync.files.edit.changes import Change
from dfsync.files.export_file import read_bytes, saved_sites
from dfsync.model.fields import FIELD, ID_COLUMN
from dfsync.model.live import LiveSite
from dfsync.model.text import normal, shortened
from dfsync.pull.values import IncomingSite
from dfsync.sheets.reader import SheetReader, SheetReading
from dfsync.sheets.rows.site_rows import contacts_of
from dfsync.sheets.table.values import SITE_TWICE, CellProblem, ExceptionEdit, ProblemKind, SheetError, SiteRow, Table


class Sheets(Struct):
    """The content of the files: sites, contacts, the spreadsheets among the files, and remarks for the user."""

    sites: dict[str, IncomingSite] = field(default_factory=dict)
    contacts: dict[str, Mapping[str, str]] = field(default_factory=dict)
    readings: list[SheetReading] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[CellProblem]:
        """Return the cells that are not taken."""
        sites = [problem for reading in self.readings if reading.sites for problem in reading.sites.problems]
        return sites + [problem for reading in self.readings for problem in reading.problems]

    @property
    def changes(self) -> list[Change]:
        """Return the changes that make dfsync.yaml remember what was agreed about the spreadsheets."""
        return [change for reading in self.readings for change in reading.changes]

    @property
    def exceptions(self) -> list[ExceptionEdit]:
        """Return the dated exceptions that a workbook adds, changes or takes out."""
        return [edit for reading in self.readings for edit in reading.exceptions]

    @property
    def contact_keys(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Return the keys that the files have for contacts, by the new keys."""
        return {new: old for reading in self.readings for new, old in reading.contact_keys.items()}

    @property
    def of_people(self) -> bool:
        """Whether a spreadsheet of sites is among the files that people keep."""
        return any(one.mapping is not None and not one.mapping.export for one in self.readings)


def read_files(paths: Sequence[Path], reader: SheetReader) -> Sheets:
    """Read saved exports and spreadsheets. Raises `InputError` for what is neither, and for a site or contact twice."""
    found = Sheets()
    for path in paths:
        name = shortened(str(path), 200)
        data = read_bytes(path)
        if data.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"[", b"{"):
            for site in saved_sites(data, name, found.remarks.append):
                _add_site(found, IncomingSite(site), name)
            continue
        for reading in reader.read(data, name):
            found.readings.append(reading)
            found.remarks += reading.remarks
            contacts = list(reading.contacts)
            if reading.sites is not None:
                export = reading.mapping is not None and reading.mapping.export
                for row in reading.sites.rows:
                    one = IncomingSite(live_site(row), partial=True, kept_by_people=not export)
                    if found.sites.setdefault(row.id, one) is not one:
                        raise _second(name, reading.table, row)
                contacts += contacts_of(reading.sites.rows)
            for contact in contacts:
                key = "/".join(normal(contact.get(part)) for part in reader.config.contact_csv.key)
                if found.contacts.setdefault(key, contact) is not contact:
                    id = shortened(contact.get("site", ""), 40)
                    raise InputError(f"{name} has a contact of site {id} a second time")
    return found


def live_site(row: SiteRow) -> LiveSite:
    """Return a row of a spreadsheet as if live had it, with the columns that it has."""
    cells = {FIELD[name].column: text for name, text in row.cells.items()}
    if row.hours is not None:
        cells[FIELD["operational_hours"].column] = row.hours
    return LiveSite({ID_COLUMN: row.id, **cells})


def _second(name: str, table: Table, row: SiteRow) -> SheetError:
    reason = f"has the site {shortened(row.id, 40)} a second time"
    place = (table, row.row, row.columns["id"], row.id, reason, row.id, "id")
    return SheetError(f"{name} {reason}", [CellProblem(ProblemKind.UNREADABLE, *place, code=SITE_TWICE)])


def _add_site(found: Sheets, site: IncomingSite, name: str) -> None:
    if found.sites.setdefault(site.live.id, site) is not site:
        raise InputError(f"{name} has the site {shortened(site.live.id, 40)} a second time")
