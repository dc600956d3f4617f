"""From the bytes of a spreadsheet to what its rows say of sites, by the mapping that dfsync.yaml has or that is agreed.

Bytes, then a worksheet, its header, the mapping of its columns, and its rows.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from dfsync.errors import InputError
from dfsync.files.edit.changes import Change
from dfsync.model.hours_people import Closing
from dfsync.model.settings import Config, ContactCsv
from dfsync.model.sheet_settings import SheetSettings
from dfsync.model.site import Desired
from dfsync.model.text import shortened
from dfsync.sheets.cells import folded_header, is_blank, text_of
from dfsync.sheets.csv_text import csv_worksheet
from dfsync.sheets.decisions import Decisions, Nobody
from dfsync.sheets.entry import entry_changes, entry_text, new_settings
from dfsync.sheets.header import check_twice, table_of
from dfsync.sheets.own_headers import (
    CONTACT_HEADERS,
    CONTACTS,
    DAY_HEADERS,
    EXCEPTION_HEADERS,
    EXCEPTIONS,
    LISTS,
    SITES,
    is_export,
    is_own,
    own_targets,
)
from dfsync.sheets.proposal import Certainty, ColumnProposal, is_certain, propose
from dfsync.sheets.rows import TableReading, read_rows
from dfsync.sheets.targets import is_target
from dfsync.sheets.values import ColumnMapping, Table, Worksheet
from dfsync.sheets.workbook import is_workbook, worksheets
from dfsync.sheets.writing import exception_rows


@dataclass(frozen=True, slots=True)
class SheetReading:
    """A spreadsheet as read: its sites with the table that they stand in, its contacts, and what is to be told.

    `changes` make dfsync.yaml remember what was agreed.
    """

    table: Table
    sites: TableReading | None = None
    contacts: tuple[Mapping[str, str], ...] = ()
    mapping: ColumnMapping | None = None
    remarks: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetReader:
    """Reads spreadsheets for one repository. With `force`, what a spreadsheet program damaged is taken as it is."""

    config: Config
    desired: Desired
    decisions: Decisions
    force: bool = False

    def read(self, data: bytes, file: str) -> list[SheetReading]:
        """Return what the bytes of a file say. Raises `InputError` where they are no spreadsheet, or unclear."""
        remarks: list[str] = []
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
        """Read what `dfsync sheet` wrote, worksheet by worksheet; nothing where another program made it."""
        titles = [sheet.name for sheet in sheets]
        if titles[:1] != [SITES] or not set(titles) <= {SITES, CONTACTS, EXCEPTIONS, LISTS}:
            return []
        if not is_own(table_of(sheets[0], file).headers):
            return []
        readings = [self._table(sheets[0], file, None)]
        for sheet in sheets[1:]:
            table = table_of(sheet, file, CONTACT_HEADERS.values())
            if sheet.name == CONTACTS:
                fields = _contact_fields(table, CONTACT_HEADERS)
                readings.append(SheetReading(table, contacts=_contacts(table, fields)))
            elif sheet.name == EXCEPTIONS:
                readings.append(SheetReading(table, remarks=tuple(self._other_exceptions(table))))
        return readings

    def _other_exceptions(self, table: Table) -> Iterator[str]:
        """Tell the dated exceptions that the files do not have so: the worksheet is for reading."""
        there = {tuple(row) for row in exception_rows(self.desired.sites.values())}
        width = len(EXCEPTION_HEADERS)
        for number, row in table.rows:
            texts = tuple(text_of(cell) for cell in [*row, *[None] * width][:width])
            if texts not in there:
                yield f"{table.where(number)}: the files have no such exception; exceptions are changed in the files"

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
        if settings is None and _is_contact_sheet(table, contact_csv):
            return self._contact_sheet(table)
        columns = self._columns(table, settings)
        mapping = self._mapping(table, columns, settings)
        return self._rows(table, mapping, settings, columns)

    def _columns(self, table: Table, settings: SheetSettings | None) -> list[ColumnProposal]:
        """Return what each column is for: as dfsync.yaml says, as agreed, or as proposed where that is certain."""
        proposals = propose(table, self.config.contact_csv.key)
        if settings is not None:
            return self._by_settings(table, settings, proposals)
        agreed = self.decisions.columns(table, proposals)
        if agreed is None:
            if not is_certain(proposals):
                raise _uncertain(table, proposals, [one.name for one in self.config.sheets])
            agreed = proposals
        if not any(one.target == "id" for one in agreed):
            raise InputError(
                f"{table.file}: no column is the site's id",
                help="name it in dfsync.yaml, in an entry like this:\n"
                + entry_text(new_settings(table, _with_id(table, agreed), [one.name for one in self.config.sheets])),
            )
        return list(agreed)

    def _by_settings(
        self, table: Table, settings: SheetSettings, proposals: Sequence[ColumnProposal]
    ) -> list[ColumnProposal]:
        wanted = {folded_header(header): target for header, target in settings.columns.items()}
        ignored = {folded_header(header) for header in settings.ignore}
        there = {folded_header(header) for header in table.headers if header}
        for header, target in settings.columns.items():
            if not is_target(target):
                raise InputError(f"dfsync.yaml, sheets.{settings.name}.columns: {shortened(target, 40)} is no field")
            if folded_header(header) not in there:
                raise InputError(
                    f"{table.file} has no column {shortened(header, 40)}",
                    help=f"correct sheets.{settings.name}.columns in dfsync.yaml; the columns are "
                    + ", ".join(shortened(one, 30) for one in table.headers if one),
                )
        known = [
            replace(one, target=wanted[folded_header(one.header)], certainty=Certainty.CERTAIN)
            for one in proposals
            if folded_header(one.header) in wanted
        ]
        listed = {folded_header(one.header) for one in known}
        for column, header in enumerate(table.headers):  # a mapped column may be blank
            if folded_header(header) in wanted and folded_header(header) not in listed:
                known.append(ColumnProposal(column, header, wanted[folded_header(header)], Certainty.CERTAIN, ()))
        taken = {one.target for one in known}
        new = [
            replace(one, target=None, certainty=Certainty.UNKNOWN) if one.target in taken else one
            for one in proposals
            if folded_header(one.header) not in {*wanted, *ignored} and one.samples
        ]
        if new:
            agreed = self.decisions.columns(table, new)
            if agreed is None:
                names = ", ".join(shortened(one.header, 40) for one in new)
                raise InputError(
                    f"{table.file}: dfsync.yaml says nothing of {names}",
                    help=f"add to sheets.{settings.name} in dfsync.yaml: its field to columns, or its name to ignore; "
                    "--yes leaves out what nobody knows",
                )
            known += agreed
        return known

    def _mapping(
        self, table: Table, columns: Sequence[ColumnProposal], settings: SheetSettings | None
    ) -> ColumnMapping:
        targets = {one.column: one.target for one in columns if one.target}
        check_twice(table, targets)
        if "id" not in targets.values():
            raise InputError(f"{table.file}: no column is the site's id", help="map one to id in dfsync.yaml")
        closing = settings.closing if settings is not None else None
        if closing is None and any(header in DAY_HEADERS for header in table.headers):
            closing = Closing.EXCLUSIVE  # `Mon open-close` says so
        return ColumnMapping(targets, closing, settings.blank_days if settings is not None else None)

    def _rows(
        self, table: Table, mapping: ColumnMapping, settings: SheetSettings | None, columns: Sequence[ColumnProposal]
    ) -> SheetReading:
        rows = read_rows(table, mapping, self.desired, force=self.force)
        if rows.undecided:
            mapping = self._decided(mapping, rows, settings, table, columns)
            rows = read_rows(table, mapping, self.desired, force=self.force)
        changes: list[Change] = []
        anybody = settings is not None or not isinstance(self.decisions, Nobody)
        if anybody and not (mapping.own or mapping.export):
            names = [one.name for one in self.config.sheets]
            agreed = new_settings(table, columns, names, mapping.closing, mapping.blank_days)
            if settings is not None:
                ignored = tuple(one.header for one in columns if not one.target)
                agreed = replace(
                    agreed,
                    name=settings.name,
                    columns={
                        **settings.columns,
                        **{
                            one.header: one.target
                            for one in columns
                            if one.target
                            and folded_header(one.header) not in {folded_header(header) for header in settings.columns}
                        },
                    },
                    ignore=(*settings.ignore, *ignored),
                )
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
        """Return the mapping with what was left open decided. Raises `InputError` that says what to write."""
        closing, blank_days = mapping.closing, mapping.blank_days
        if cell := rows.undecided.get("closing"):
            closing = self.decisions.closing(cell)
        if cell := rows.undecided.get("blank_days"):
            blank_days = self.decisions.blank_days(cell)
        if (closing is None and "closing" in rows.undecided) or (blank_days is None and "blank_days" in rows.undecided):
            raise _undecided(rows, settings, new_settings(table, columns, ()), own=mapping.own)
        return replace(mapping, closing=closing, blank_days=blank_days)

    def _contact_sheet(self, table: Table) -> SheetReading:
        fields = _contact_fields(table, self.config.contact_csv.columns)
        new = [one for one in propose(table) if one.column not in fields and one.samples]
        remarks = []
        if new:
            names = ", ".join(shortened(one.header, 40) for one in new)
            unknown = [replace(one, target=None, certainty=Certainty.UNKNOWN) for one in new]
            if self.decisions.columns(table, unknown) is None:
                raise InputError(
                    f"{table.file}: contact_csv in dfsync.yaml says nothing of {names}",
                    help="add them to contact_csv.columns, take them out of the sheet, or leave them out with --yes",
                )
            remarks.append(f"{table.file}: columns left out: {names}")
        return SheetReading(table, contacts=_contacts(table, fields), remarks=tuple(remarks))


def _is_contact_sheet(table: Table, contact_csv: ContactCsv) -> bool:
    """Whether a table has a row a contact: the columns of the contact sheet, and none of a site's."""
    fields = _contact_fields(table, contact_csv.columns).values()
    if not set(contact_csv.key) <= set(fields):
        return False
    return not any(
        one.target and one.target != "id" and not one.target.startswith("contact.")
        for one in propose(table)
        if folded_header(one.header) not in {folded_header(column) for column in contact_csv.columns.values()}
    )


def _contact_fields(table: Table, columns: Mapping[str, str]) -> dict[int, str]:
    fields = {folded_header(column): name for name, column in columns.items()}
    found: dict[int, str] = {}
    for number, header in enumerate(table.headers):
        if (name := fields.get(folded_header(header))) is not None:
            if name in found.values():
                where = table.where(table.header_row, number)
                raise InputError(f"{where}: the column {shortened(header, 40)} is there twice")
            found[number] = name
    return found


def _contacts(table: Table, fields: Mapping[int, str]) -> tuple[Mapping[str, str], ...]:
    found = []
    for number, row in table.rows:
        cells = {
            name: text_of(row[column])
            for column, name in fields.items()
            if column < len(row) and not is_blank(row[column])
        }
        if not cells:
            continue
        if "site" not in cells:
            raise InputError(f"{table.where(number)}: the row has no site id", help="fill it in, or take the row out")
        found.append(cells)
    return tuple(found)


def _uncertain(table: Table, proposals: Sequence[ColumnProposal], names: Sequence[str]) -> InputError:
    unsure = [one for one in proposals if one.certainty is not Certainty.CERTAIN and (one.target or one.samples)]
    columns = ", ".join(shortened(one.header, 30) for one in unsure) or "the site's id"
    proposed = new_settings(table, _with_id(table, proposals), names)
    return InputError(
        f"{table.file}: it is not certain which field each column is: {columns}",
        help="put this into dfsync.yaml and correct it, or accept it as it is with --yes:\n" + entry_text(proposed),
    )


def _with_id(table: Table, proposals: Sequence[ColumnProposal]) -> list[ColumnProposal]:
    """Return the proposal with a column for the id in any case: the first without a field that tells rows apart."""
    if any(one.target == "id" for one in proposals):
        return list(proposals)
    free = [one for one in proposals if one.target is None]
    first = next((one for one in free if _tells_apart(table, one.column)), next(iter(free), None))
    return [replace(one, target="id") if one is first else one for one in proposals]


def _tells_apart(table: Table, column: int) -> bool:
    texts = [text_of(row[column]) if column < len(row) else "" for _, row in table.rows]
    return all(texts) and len(set(texts)) == len(texts)


def _undecided(rows: TableReading, settings: SheetSettings | None, proposed: SheetSettings, *, own: bool) -> InputError:
    closing, blank = rows.undecided.get("closing"), rows.undecided.get("blank_days")
    said = []
    write = []
    if closing is not None:
        value = shortened(closing.value, 60)
        said.append(f"{closing.place}: {value} can end with the last minute open, or with the first one closed")
        write.append("closing: exclusive (18:00 is sent as 17:59) or closing: inclusive (sent as 18:00)")
    if blank is not None:
        said.append(f"{blank.place}: {shortened(blank.value, 60)} beside days with hours")
        write.append("blank_days: closed or blank_days: unmanaged (the files keep their hours of these days)")
    if own:
        return InputError("; ".join(said), help="write closed into the blank days, or accept them as closed with --yes")
    entry = f"sheets.{settings.name}" if settings is not None else "an entry like the one below"
    example = (
        ""
        if settings is not None
        else "\n"
        + entry_text(
            replace(
                proposed,
                closing=Closing.EXCLUSIVE if closing is not None else None,
                blank_days="closed" if blank is not None else None,
            )
        )
    )
    return InputError(
        "; ".join(said), help=f"write {' and '.join(write)} into {entry} in dfsync.yaml; --yes takes the first{example}"
    )
