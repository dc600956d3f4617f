"""The fields of a site: their names in YAML and their columns in the API, once.

Source: the Sites API, "ExportedSite fields"; the import takes the same columns.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class FieldKind(StrEnum):
    """How a field's value is compared and written."""

    TEXT = "text"
    GROUPS = "groups"
    HOURS = "hours"


class Field(Struct, frozen=True):
    """A field: its dotted YAML name, its column, its kind."""

    name: str
    column: str
    kind: FieldKind = FieldKind.TEXT


ADDRESS_PARTS = {
    "street": "Street",
    "city": "City",
    "state": "State",
    "country": "Country",
    "postal_code": "Postal Code",
}

ID_COLUMN = "Site ID"

FIELDS: tuple[Field, ...] = (
    Field("name", "Site Name"),
    *(Field(f"address.{part}", f"Address {column}") for part, column in ADDRESS_PARTS.items()),
    *(Field(f"shipping_address.{part}", f"Shipping Address {column}") for part, column in ADDRESS_PARTS.items()),
    Field("groups", "Site Groups", FieldKind.GROUPS),
    Field("escalation_path", "Escalation Path"),
    Field("timezone", "Timezone"),
    Field("currency", "Currency"),
    Field("operational_hours", "Operational Hours", FieldKind.HOURS),
)
"""All fields of a site but its id, in the order of the API's columns."""

FIELD: dict[str, Field] = {field.name: field for field in FIELDS}
FIELD_OF_COLUMN: dict[str, Field] = {field.column: field for field in FIELDS}
COLUMNS: tuple[str, ...] = (ID_COLUMN, *(field.column for field in FIELDS))
CONTACT_FIELDS: tuple[str, ...] = ("site", "name", "email", "phone", "role")
