"""What is sent to the API and what it answers, as plain values.

Source: the Sites API, "Import Sites and/or Site Contacts" and "CsvErrorObject".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct

Sheet = Literal["sites", "site_contacts"]
SHEETS: tuple[Sheet, ...] = ("sites", "site_contacts")


@dataclass(frozen=True, slots=True)
class Upload:
    """One import request: the bytes of one or both sheets, as CSV."""

    sites: bytes | None = field(default=None, repr=False)
    contacts: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.sites is None and self.contacts is None:
            raise ValueError("an upload has at least one of the two sheets")

    def sheets(self) -> dict[Sheet, bytes]:
        """Return the sheets that are there, by the name of their form field."""
        named: tuple[tuple[Sheet, bytes | None], ...] = (("sites", self.sites), ("site_contacts", self.contacts))
        return {name: content for name, content in named if content is not None}


@dataclass(frozen=True, slots=True)
class RowError:
    """An error that an import reports for a row. `row` counts from whatever the server counts from; it may be None."""

    row: int | None
    column: str
    value: str = field(repr=False)
    message: str


class ImportAnswer(Struct, frozen=True):
    """The answer to an import: its row errors by sheet. Only a fresh export shows whether it succeeded."""

    errors: Mapping[Sheet, tuple[RowError, ...]]
    request_id: str | None = None


class Probe(Struct, frozen=True):
    """What one row of the export tells about the connection.

    `total` is the number of live sites. `skew_s` is how far the clock of this machine is ahead of the server's, None if
    the answer has no Date header.
    """

    total: int
    skew_s: float | None
