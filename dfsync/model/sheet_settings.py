"""The settings for a spreadsheet in dfsync.yaml: which field each column is, and how its hours are meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from dfsync.model.hours.free_text.week_text import Closing

BlankDays = Literal["closed", "unmanaged"]


class SheetSettings(Struct, frozen=True):
    """An entry of `sheets:`. `match` is a pattern of file names. A setting that is None is not decided yet.

    `columns` maps headers to fields: `id`, `name`, `address.city`, `contact.email`, `hours.Mon`, `hours.Sat.open`.
    """

    name: str
    match: str = "*"
    worksheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    closing: Closing | None = None
    blank_days: BlankDays | None = None
