"""The `sheets:` entry of dfsync.yaml that says what was agreed about a spreadsheet."""

from __future__ import annotations

import glob
import re
from collections.abc import Collection, Sequence
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from dfsync.files.edit.changes import Change, Put
from dfsync.files.edit.write import documents
from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.hours.free_text.words import folded
from dfsync.model.sheet_settings import BlankDays, SheetSettings
from dfsync.sheets.columns.proposal import ColumnProposal
from dfsync.sheets.table.cells import folded_header
from dfsync.sheets.table.values import Table


def new_settings(
    table: Table,
    columns: Sequence[ColumnProposal],
    names: Collection[str],
    closing: Closing | None = None,
    blank_days: BlankDays | None = None,
) -> SheetSettings:
    """Return settings for a spreadsheet that has none; `names` are those of other entries."""
    return SheetSettings(
        _name(table.file, names),
        glob.escape(PurePath(table.file).name),
        None if table.alone else table.worksheet,
        {one.header: one.target for one in columns if one.target},
        tuple(one.header for one in columns if not one.target),
        closing,
        blank_days,
    )


def merged(there: SheetSettings, agreed: SheetSettings) -> SheetSettings:
    """Return settings with what was agreed in addition: new columns, and how hours are meant."""
    known = {folded_header(header) for header in there.columns}
    new = {header: target for header, target in agreed.columns.items() if folded_header(header) not in known}
    return replace(
        there,
        columns={**there.columns, **new},
        ignore=(*there.ignore, *agreed.ignore),
        closing=agreed.closing,
        blank_days=agreed.blank_days,
    )


def entry_text(settings: SheetSettings) -> str:
    """Return the entry as YAML, for a message."""
    return documents({"sheets": {settings.name: entry_node(settings)}}).rstrip()


def entry_changes(settings: SheetSettings, there: SheetSettings | None) -> list[Change]:
    """Return the changes that write the entry into dfsync.yaml. If it is there, only what is new is written."""
    if there is None:
        return [Put((0, "sheets", settings.name), entry_node(settings))]
    changes: list[Change] = []
    place = (0, "sheets", settings.name)
    for header, target in settings.columns.items():
        if header not in there.columns:
            changes.append(Put((*place, "columns", header), target))
    if settings.ignore != there.ignore:
        changes.append(Put((*place, "ignore"), list(settings.ignore)))
    if settings.closing is not there.closing and settings.closing is not None:
        changes.append(Put((*place, "closing"), settings.closing.value))
    if settings.blank_days != there.blank_days:
        changes.append(Put((*place, "blank_days"), settings.blank_days))
    return changes


def entry_node(settings: SheetSettings) -> dict[str, Any]:
    """Return the entry as it is written."""
    node: dict[str, Any] = {"match": settings.match}
    if settings.worksheet:
        node["worksheet"] = settings.worksheet
    node["columns"] = dict(settings.columns)
    if settings.ignore:
        node["ignore"] = list(settings.ignore)
    if settings.closing:
        node["closing"] = settings.closing.value
    if settings.blank_days:
        node["blank_days"] = settings.blank_days
    return node


def _name(file: str, names: Collection[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", folded(PurePath(file).stem)).strip("-") or "sheet"
    name, number = base, 2
    while name in names:
        name, number = f"{base}-{number}", number + 1
    return name
