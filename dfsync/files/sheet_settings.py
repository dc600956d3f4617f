"""Reads `sheets:` of dfsync.yaml. What the schema refuses keeps its default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dfsync.model.hours.free_text.week_text import Closing
from dfsync.model.sheet_settings import SheetSettings


def read_sheet_settings(raw: object) -> tuple[SheetSettings, ...]:
    """Return the entries of `sheets:` in the order of the file."""
    if not isinstance(raw, Mapping):
        return ()
    return tuple(_entry(str(name), entry) for name, entry in raw.items() if isinstance(entry, Mapping))


def _entry(name: str, raw: Mapping[str, Any]) -> SheetSettings:
    columns, ignore, closing = raw.get("columns"), raw.get("ignore"), raw.get("closing")
    return SheetSettings(
        name,
        match=_text(raw.get("match")) or "*",
        worksheet=_text(raw.get("worksheet")),
        columns={str(header): field for header, field in columns.items() if isinstance(field, str)}
        if isinstance(columns, Mapping)
        else {},
        ignore=tuple(item for item in ignore if isinstance(item, str)) if isinstance(ignore, list) else (),
        closing=Closing(closing) if closing in ("exclusive", "inclusive") else None,
        blank_days=raw["blank_days"] if raw.get("blank_days") in ("closed", "unmanaged") else None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
