"""Decides which field each column is: dfsync.yaml says so, a person accepts it, or it is certain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dfsync.errors import InputError
from dfsync.model.column_targets import may_repeat
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.settings import Config
from dfsync.model.sheet_settings import SheetSettings
from dfsync.model.text import shortened
from dfsync.sheets.columns.answers import Decisions
from dfsync.sheets.columns.config_entry import entry_text, new_settings
from dfsync.sheets.columns.proposal import Certainty, ColumnProposal, is_certain, propose
from dfsync.sheets.headers.header import check_twice
from dfsync.sheets.headers.own_headers import DAY_HEADERS
from dfsync.sheets.table.cells import folded_header, text_of
from dfsync.sheets.table.values import CellProblem, ColumnMapping, SheetError, Table, header_problem


class Agreement(Struct, frozen=True):
    """Decides what the columns of tables are, by the configuration and by whoever answers open questions."""

    config: Config
    decisions: Decisions

    def columns(self, table: Table, settings: SheetSettings | None) -> list[ColumnProposal]:
        """Return the field of each column: as dfsync.yaml says, as agreed, or as proposed if that is certain."""
        proposals = propose(table, self.config.contact_csv.key)
        if settings is not None:
            return self._by_settings(table, settings, proposals)
        check_twice(table, [one.column for one in proposals if one.target])
        agreed = self.decisions.columns(table, proposals)
        if agreed is None:
            if not is_certain(proposals):
                raise _uncertain(table, proposals, [one.name for one in self.config.sheets])
            agreed = proposals
        if not any(one.target == "id" for one in agreed):
            raise SheetError(
                f"{table.file}: no column is the site's id",
                [header_problem(table, 0, "no column is the site's id")],
                help="name it in dfsync.yaml, in an entry like this:\n"
                + entry_text(new_settings(table, _with_id(table, agreed), [one.name for one in self.config.sheets])),
            )
        return list(agreed)

    def _by_settings(
        self, table: Table, settings: SheetSettings, proposals: Sequence[ColumnProposal]
    ) -> list[ColumnProposal]:
        """Return the columns as the settings have them. Somebody has to agree to columns that they do not know."""
        wanted = {folded_header(header): target for header, target in settings.columns.items()}
        ignored = {folded_header(header) for header in settings.ignore}
        there = {folded_header(header) for header in table.headers if header}
        for header in settings.columns:
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
                raise SheetError(
                    f"{table.file}: dfsync.yaml says nothing of {names}",
                    [header_problem(table, one.column, "dfsync.yaml says nothing of this column") for one in new],
                    help=f"add to sheets.{settings.name} in dfsync.yaml: its field to columns, or its name to ignore; "
                    "--yes leaves out what nobody knows",
                )
            known += agreed
        return known

    def mapping(self, table: Table, columns: Sequence[ColumnProposal], settings: SheetSettings | None) -> ColumnMapping:
        """Return the columns with the settings of their hours. Raises `InputError` if no column is the id."""
        targets = {one.column: one.target for one in columns if one.target}
        check_twice(table, targets)
        _check_rivals(table, targets)
        if "id" not in targets.values():
            raise InputError(f"{table.file}: no column is the site's id", help="map one to id in dfsync.yaml")
        closing = settings.closing if settings is not None else None
        if closing is None and any(header in DAY_HEADERS for header in table.headers):
            closing = Closing.EXCLUSIVE  # `Mon open-close` says so
        return ColumnMapping(targets, closing, settings.blank_days if settings is not None else None)


def _check_rivals(table: Table, targets: Mapping[int, str]) -> None:
    """Raise `InputError` if two columns are for one field: the value of one would be lost."""
    first: dict[str, int] = {}
    for column, target in targets.items():
        if (there := first.setdefault(target, column)) != column and not may_repeat(target):
            names = " and ".join(shortened(table.headers[one], 40) for one in (there, column))
            problems = [header_problem(table, one, f"{names} are both {target}") for one in (there, column)]
            help = "map one of them to another field"
            raise SheetError(f"{table.file}: {names} are both {target}", problems, help=help)


def _uncertain(table: Table, proposals: Sequence[ColumnProposal], names: Sequence[str]) -> SheetError:
    unsure = [one for one in proposals if one.certainty is not Certainty.CERTAIN and (one.target or one.samples)]
    columns = ", ".join(shortened(one.header, 30) for one in unsure) or "the site's id"
    proposed = new_settings(table, _with_id(table, proposals), names)
    reason = "it is not certain which field this column is"
    return SheetError(
        f"{table.file}: it is not certain which field each column is: {columns}",
        [header_problem(table, one.column, reason) for one in unsure] or [header_problem(table, 0, reason)],
        help="put this into dfsync.yaml and correct it, or accept it as it is with --yes:\n" + entry_text(proposed),
    )


def _with_id(table: Table, proposals: Sequence[ColumnProposal]) -> list[ColumnProposal]:
    """Return the proposal with a column for the id: if none is proposed, the first free one that tells rows apart."""
    if any(one.target == "id" for one in proposals):
        return list(proposals)
    free = [one for one in proposals if one.target is None]
    first = next((one for one in free if _tells_apart(table, one.column)), next(iter(free), None))
    return [replace(one, target="id") if one is first else one for one in proposals]


def _tells_apart(table: Table, column: int) -> bool:
    texts = [text_of(row[column]) if column < len(row) else "" for _, row in table.rows]
    return all(texts) and len(set(texts)) == len(texts)


def undecided_error(
    undecided: Mapping[str, CellProblem], settings: SheetSettings | None, proposed: SheetSettings, *, own: bool
) -> SheetError:
    """Return the error for hours whose meaning depends on a setting. It says what to write."""
    closing, blank = undecided.get("closing"), undecided.get("blank_days")
    said, problems = [], []
    write = []
    if closing is not None:
        problems.append(replace(closing, reason="it can end with the last minute open, or with the first one closed"))
        value = shortened(closing.value, 60)
        said.append(f"{closing.place}: {value} can end with the last minute open, or with the first one closed")
        write.append("closing: exclusive (18:00 is sent as 17:59) or closing: inclusive (sent as 18:00)")
    if blank is not None:
        problems.append(replace(blank, reason="blank days beside days with hours can be closed, or unknown"))
        said.append(f"{blank.place}: {shortened(blank.value, 60)} beside days with hours")
        write.append("blank_days: closed or blank_days: unmanaged (the files keep their hours of these days)")
    if own:
        return SheetError(
            "; ".join(said), problems, help="write closed into the blank days, or accept them as closed with --yes"
        )
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
    return SheetError(
        "; ".join(said),
        problems,
        help=f"write {' and '.join(write)} into {entry} in dfsync.yaml; --yes takes the first{example}",
    )
