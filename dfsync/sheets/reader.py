"""Reads a spreadsheet, from its bytes to the sites in its rows.

The mapping of columns is the one in dfsync.yaml, or one that is agreed. The steps are: bytes, worksheet, header,
mapping, rows.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct, field
from msgspec.structs import replace

from dfsync.errors import InputError
from dfsync.files.edit.changes import Change
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.settings import Config
from dfsync.model.sheet_settings import SheetSettings
from dfsync.model.site import Desired
from dfsync.model.text import counted, first_few, shortened
from dfsync.sheets.columns.agreement import Agreement, undecided_error
from dfsync.sheets.columns.answers import Decisions, Nobody
from dfsync.sheets.columns.config_entry import entry_changes, merged, new_settings
from dfsync.sheets.columns.contact_columns import contact_fields, is_contact_table
from dfsync.sheets.columns.proposal import Certainty, ColumnProposal, propose
from dfsync.sheets.formats.csv_text import csv_worksheet
from dfsync.sheets.formats.workbook import is_workbook, other_kind, worksheets
from dfsync.sheets.headers.header import check_twice, table_of
from dfsync.sheets.headers.own_headers import (
    CONTACT_HEADERS,
    CONTACTS,
    EXCEPTION_HEADERS,
    EXCEPTIONS,
    EXCEPTIONS_BEFORE,
    LISTS,
    SITES,
    is_export,
    is_own,
    own_targets,
)
from dfsync.sheets.output.people_sheet import exceptions_by_row, rows_before
from dfsync.sheets.rows.contact_keys import ContactKeys
from dfsync.sheets.rows.contact_rows import contacts_in
from dfsync.sheets.rows.exception_rows import ExceptionSource, read_exception_rows
from dfsync.sheets.rows.site_rows import TableReading, read_rows
from dfsync.sheets.table.cells import text_of
from dfsync.sheets.table.values import (
    CellProblem,
    ColumnMapping,
    ExceptionEdit,
    ExceptionTexts,
    SheetError,
    SiteRow,
    Table,
    Worksheet,
    header_problem,
)


class SheetReading(Struct, frozen=True):
    """A spreadsheet that was read: its table, its sites and contacts, and remarks about them.

    `changes` make dfsync.yaml remember what was agreed.
    """

    table: Table
    sites: TableReading | None = None
    contacts: tuple[Mapping[str, str], ...] = ()
    mapping: ColumnMapping | None = None
    remarks: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    problems: tuple[CellProblem, ...] = ()
    """The cells of contacts and exceptions that are not taken; `sites` has those of sites."""
    contact_notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Notes about cells of contacts, and where the cells are."""
    exceptions: tuple[ExceptionEdit, ...] = ()
    contact_keys: Mapping[tuple[str, ...], tuple[str, ...]] = {}
    """The key that the files have for a contact, by its new key."""

    @property
    def notes(self) -> Mapping[str, Sequence[str]]:
        """Return notes about cells that are taken, and where the cells are."""
        return self.sites.notes if self.sites else self.contact_notes


class SheetReader(Struct, frozen=True):
    """Reads spreadsheets for one repository. With `force`, what a spreadsheet program damaged is taken as it is."""

    config: Config
    desired: Desired
    decisions: Decisions
    force: bool = False

    def read(self, data: bytes, file: str) -> list[SheetReading]:
        """Read the bytes of a file. Raises `InputError` if they are no spreadsheet, or unclear."""
        remarks: list[str] = []
        if kind := other_kind(data):
            help = "open it in a spreadsheet program, and save it as CSV UTF-8 or .xlsx"
            raise InputError(f"{file} is {kind}, whatever its name says", help=help)
        if is_workbook(data):
            sheets = worksheets(data, file)
        else:
            sheet, encoding = csv_worksheet(data, file)
            sheets = [sheet]
            if encoding:
                remarks.append(f"{file} was read as {encoding}")
        if not sheets:
            raise InputError(f"{file} is empty: it has no row with anything in it")
        readings = self._own_workbook(sheets, file)
        if not readings:
            settings = self._settings(file)
            sheet = self._chosen(sheets, settings, file)
            if len(sheets) > 1:
                others = ", ".join(other.name for other in sheets if other is not sheet)
                remarks.append(f"{file}: worksheet {sheet.name} was read, and not {others}")
            readings = [self._table(sheet, file, settings)]
        readings[0] = replace(readings[0], remarks=(*remarks, *readings[0].remarks))
        return readings

    def _own_workbook(self, sheets: Sequence[Worksheet], file: str) -> list[SheetReading]:
        """Read a workbook of `dfsync sheet`, worksheet by worksheet; nothing if another program made it."""
        titles = [sheet.name for sheet in sheets]
        if titles[:1] != [SITES] or not set(titles) <= {SITES, CONTACTS, EXCEPTIONS, LISTS}:
            return []
        if not is_own(table_of(sheets[0], file).headers):
            return []
        named = {sheet.name: sheet for sheet in sheets}
        sites = self._table(named[SITES], file, None)
        readings = [sites]
        if CONTACTS in named:
            table = table_of(named[CONTACTS], file, CONTACT_HEADERS.values())
            readings.append(self._of_own_contacts(table, sites.sites.rows if sites.sites is not None else ()))
        if EXCEPTIONS in named and sites.sites is not None:
            table = table_of(named[EXCEPTIONS], file, EXCEPTION_HEADERS)
            readings.append(self._of_exceptions(table, named.get(LISTS), sites.sites))
        return readings

    def _of_own_contacts(self, table: Table, sites: Sequence[SiteRow]) -> SheetReading:
        """Read the contacts of a workbook of `dfsync sheet`, which has all contacts of its sites."""
        read = self._of_contacts(table, contact_fields(table, CONTACT_HEADERS))
        keys = ContactKeys(self.desired, self.config.contact_csv.key, {row.id for row in sites}, read.contacts)
        remarks = [*read.remarks]
        if lacking := keys.lacking():
            names = first_few([one.site for one in lacking])
            contacts = counted(len(lacking), "contact")
            remarks.append(f"{table.file}: {contacts} of the files not in it, left as they are, of {names}")
        return replace(read, contact_keys=keys.moved, remarks=tuple(remarks))

    def _of_exceptions(self, table: Table, lists: Worksheet | None, sites: TableReading) -> SheetReading:
        if missing := [header for header in EXCEPTION_HEADERS if header not in table.headers]:
            raise InputError(
                f"{table.file}, sheet {EXCEPTIONS}: no column {', '.join(missing)}",
                help="write the spreadsheet again with dfsync sheet",
            )
        there = exceptions_by_row(self.desired.sites.values())
        source = ExceptionSource(
            self.desired,
            there,
            _before(lists) or there.keys(),
            {row.id for row in sites.rows},
            {row.id for row in sites.rows if row.hours is not None},
        )
        read = read_exception_rows(table, source)
        left_out = [shortened(header, 40) for header in table.headers if header and header not in EXCEPTION_HEADERS]
        if left_out:
            read.remarks.append(f"{table.file}, sheet {EXCEPTIONS}: columns left out: {', '.join(left_out)}")
        return SheetReading(
            table, remarks=tuple(read.remarks), problems=tuple(read.problems), exceptions=tuple(read.edits)
        )

    def _settings(self, file: str) -> SheetSettings | None:
        name = PurePath(file).name.casefold()
        return next((one for one in self.config.sheets if fnmatch.fnmatchcase(name, one.match.casefold())), None)

    def _chosen(self, sheets: Sequence[Worksheet], settings: SheetSettings | None, file: str) -> Worksheet:
        if settings is None or settings.worksheet is None:
            return sheets[0]
        for sheet in sheets:
            if sheet.name.casefold() == settings.worksheet.casefold():
                return sheet
        if len(sheets) == 1 and not sheets[0].name:  # a CSV
            return sheets[0]
        names = ", ".join(sheet.name for sheet in sheets)
        raise InputError(
            f"{file} has no worksheet {shortened(settings.worksheet, 40)} with rows; it has {names}",
            help=f"correct sheets.{settings.name}.worksheet in dfsync.yaml",
        )

    def _table(self, sheet: Worksheet, file: str, settings: SheetSettings | None) -> SheetReading:
        contact_csv = self.config.contact_csv
        table = table_of(sheet, file, settings.columns if settings else contact_csv.columns.values())
        own, export = is_own(table.headers), is_export(table.headers)
        if settings is None and (own or export):
            closing = Closing.EXCLUSIVE if own else None
            mapping = ColumnMapping(own_targets(table.headers), closing, None, export=export, own=own)
            check_twice(table, mapping.targets)
            return self._rows(table, mapping, None, ())
        if settings is None and is_contact_table(table, contact_csv):
            return self._contact_sheet(table)
        agreement = Agreement(self.config, self.decisions)
        columns = agreement.columns(table, settings)
        mapping = agreement.mapping(table, columns, settings)
        return self._rows(table, mapping, settings, columns)

    def _rows(
        self, table: Table, mapping: ColumnMapping, settings: SheetSettings | None, columns: Sequence[ColumnProposal]
    ) -> SheetReading:
        rows = read_rows(table, mapping, self.desired, self.config.contact_csv.key, force=self.force)
        if rows.undecided:
            mapping = self._decided(mapping, rows, settings, table, columns)
            rows = read_rows(table, mapping, self.desired, self.config.contact_csv.key, force=self.force)
        changes: list[Change] = []
        anybody = settings is not None or not isinstance(self.decisions, Nobody)
        if anybody and not (mapping.own or mapping.export):
            names = [one.name for one in self.config.sheets]
            agreed = new_settings(table, columns, names, mapping.closing, mapping.blank_days)
            if settings is not None:
                agreed = merged(settings, agreed)
            changes = entry_changes(agreed, settings)
        remarks = []
        if left_out := [shortened(one.header, 40) for one in columns if not one.target and one.samples]:
            remarks.append(f"{table.file}: columns left out: {', '.join(left_out)}")
        return SheetReading(table, rows, mapping=mapping, remarks=tuple(remarks), changes=tuple(changes))

    def _decided(
        self,
        mapping: ColumnMapping,
        rows: TableReading,
        settings: SheetSettings | None,
        table: Table,
        columns: Sequence[ColumnProposal],
    ) -> ColumnMapping:
        """Return the mapping with all open questions decided. Raises an `InputError` that says what to write."""
        closing, blank_days = mapping.closing, mapping.blank_days
        if cell := rows.undecided.get("closing"):
            closing = self.decisions.closing(cell)
        if cell := rows.undecided.get("blank_days"):
            blank_days = self.decisions.blank_days(cell)
        if (closing is None and "closing" in rows.undecided) or (blank_days is None and "blank_days" in rows.undecided):
            raise undecided_error(rows.undecided, settings, new_settings(table, columns, ()), own=mapping.own)
        return replace(mapping, closing=closing, blank_days=blank_days)

    def _of_contacts(self, table: Table, fields: Mapping[int, str], remarks: Sequence[str] = ()) -> SheetReading:
        rows = contacts_in(table, fields, self.desired, self.config.contact_csv.key, force=self.force)
        contacts, problems = tuple(rows.contacts), tuple(rows.problems)
        return SheetReading(
            table, contacts=contacts, remarks=tuple(remarks), problems=problems, contact_notes=rows.notes
        )

    def _contact_sheet(self, table: Table) -> SheetReading:
        fields = contact_fields(table, self.config.contact_csv.columns)
        new = [one for one in propose(table) if one.column not in fields and one.samples]
        remarks = []
        if new:
            names = ", ".join(shortened(one.header, 40) for one in new)
            unknown = [replace(one, target=None, certainty=Certainty.UNKNOWN) for one in new]
            if self.decisions.columns(table, unknown) is None:
                raise SheetError(
                    f"{table.file}: contact_csv in dfsync.yaml says nothing of {names}",
                    [header_problem(table, one.column, "contact_csv says nothing of this column") for one in new],
                    help="add them to contact_csv.columns, take them out of the sheet, or leave them out with --yes",
                )
            remarks.append(f"{table.file}: columns left out: {names}")
        return self._of_contacts(table, fields, remarks)


def _before(lists: Worksheet | None) -> set[ExceptionTexts]:
    """Return the rows of exceptions as they were written, from the hidden worksheet; none if somebody deleted it."""
    header = [text_of(cell) for cell in lists.rows[0]] if lists is not None else []
    if lists is None or EXCEPTIONS_BEFORE not in header:
        return set()
    column = header.index(EXCEPTIONS_BEFORE)
    return rows_before(text_of(row[column]) for row in lists.rows[1:] if column < len(row))
