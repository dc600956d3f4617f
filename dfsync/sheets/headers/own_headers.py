"""The headers of the spreadsheets that `dfsync sheet` writes: they say by themselves what each column is.

`Mon open-close` says that the second time is when the site closes, so that `18:00` is sent as 17:59.
"""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.model.fields import COLUMNS, FIELDS
from dfsync.model.hours.week import DAYS

ID = "Site ID"
_ADDRESS = {"street": "Street", "city": "City", "state": "State", "country": "Country", "postal_code": "Postal code"}
FIELD_HEADERS = {
    "name": "Name",
    **{f"address.{part}": word for part, word in _ADDRESS.items()},
    **{f"shipping_address.{part}": f"Shipping {word[0].lower()}{word[1:]}" for part, word in _ADDRESS.items()},
    "groups": "Groups",
    "escalation_path": "Escalation path",
    "timezone": "Time zone",
    "currency": "Currency",
}
DAY_HEADERS = tuple(f"{day} open-close" for day in DAYS)
CONTACT_HEADERS = {"site": ID, "name": "Name", "email": "Email", "phone": "Phone", "role": "Role"}
EXCEPTION_HEADERS = (ID, "From", "To", "Hours", "Note", "Where")
SITES, CONTACTS, EXCEPTIONS, LISTS = "Sites", "Contacts", "Exceptions", "Lists"
EXCEPTIONS_BEFORE = "Exceptions before"
"""The column of the hidden worksheet that keeps the exceptions as they were written."""

TARGETS = {
    ID: "id",
    **{header: name for name, header in FIELD_HEADERS.items()},
    **{header: f"hours.{day}" for header, day in zip(DAY_HEADERS, DAYS, strict=True)},
}


def is_own(headers: Sequence[str]) -> bool:
    """Whether all headers are those that `dfsync sheet` writes."""
    named = [header for header in headers if header]
    return ID in named and any(header in DAY_HEADERS for header in named) and set(named) <= TARGETS.keys()


def is_export(headers: Sequence[str]) -> bool:
    """Whether the headers are those of an export: every column of the API."""
    return {header for header in headers if header} == set(COLUMNS)


def own_targets(headers: Sequence[str]) -> dict[int, str]:
    """Return what the columns of such a spreadsheet are for."""
    api = {column.column: column.name for column in FIELDS} | {"Operational Hours": "hours", "Site ID": "id"}
    known = api if is_export(headers) else TARGETS
    return {number: known[header] for number, header in enumerate(headers) if header}
