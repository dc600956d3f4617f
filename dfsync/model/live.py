"""Live: a site as the export shows it.

Source: the Sites API, "Export Sites Data", "ExportedSite fields".
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from dfsync.model.fields import FIELDS, ID_COLUMN, Field, FieldKind
from dfsync.model.hours.live import live_hours
from dfsync.model.hours.week import Week
from dfsync.model.values import Groups, Unreadable, Value, comparable, written


class LiveSite(Struct, frozen=True):
    """One row of the export, unchanged: the documented columns, and whatever else the server sent."""

    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The API's "Site ID"."""
        return str(self.row[ID_COLUMN])

    @property
    def name(self) -> str:
        """The site's name, "" when live has none."""
        return str(self.row.get("Site Name") or "")

    def value(self, field: Field) -> Value:
        """Return the value of a field; null, "" and a missing key are all None."""
        raw = self.row.get(field.column)
        if not raw:
            return None
        if field.kind is FieldKind.HOURS:
            return _hours_of_text(raw) if isinstance(raw, str) else _hours(raw)
        text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
        return _groups(text) if field.kind is FieldKind.GROUPS else text

    def digest(self) -> str:
        """Return the digest of all documented columns. It is the same for every spelling of the same values."""
        form = [self.id, *(comparable(field, self.value(field)) for field in FIELDS)]
        return "sha256:" + hashlib.sha256(written(form).encode("utf-8", "surrogatepass")).hexdigest()


def without_id(count: int) -> str:
    """Return the sentence about live sites without a Site ID, such as those made in the web application."""
    sites = "site has" if count == 1 else "sites have"
    return f"{count:,} live {sites} no {ID_COLUMN} and can't be managed: Dragonfruit Support can give them one"


def _hours(raw: object) -> Week | Unreadable | None:
    try:
        return live_hours(raw)
    except ValueError:
        return Unreadable(raw if isinstance(raw, str) else json.dumps(raw, separators=(",", ":")))


# Many sites of an organisation share hours and groups, so each text is parsed only once.

_hours_of_text = lru_cache(maxsize=4096)(_hours)


@lru_cache(maxsize=65536)
def _groups(text: str) -> Groups | None:
    return tuple(group for part in text.split(",") if (group := part.strip())) or None
