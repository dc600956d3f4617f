"""The requests of a plan, in the order of sending: all sheets of sites, then all sheets of contacts."""

from __future__ import annotations

from msgspec import Struct

from dfsync.model.kind import Kind
from dfsync.model.settings import Config
from dfsync.plan.values import Plan
from dfsync.render.sheets import UploadSheet, contact_sheets, site_sheets


class Request(Struct, frozen=True):
    """One upload: its number, counted from 1, and its sheet."""

    number: int
    sheet: UploadSheet

    @property
    def file_name(self) -> str:
        """The name under which `render` writes the sheet."""
        part = "sites" if self.sheet.kind is Kind.SITE else "site_contacts"
        return f"{part}.{self.number:03d}.csv"


def requests(plan: Plan, config: Config) -> tuple[Request, ...]:
    """Return the uploads of a plan. The same plan always gives the same bytes."""
    sheets = [
        *site_sheets(plan.of(Kind.SITE), config.api),
        *contact_sheets(plan.of(Kind.CONTACT), config.contact_csv, config.api),
    ]
    return tuple(Request(number, sheet) for number, sheet in enumerate(sheets, 1))
