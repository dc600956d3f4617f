"""The sites of the files as a table, as JSON, or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from dfsync.model.fields import FIELDS
from dfsync.model.site import Site
from dfsync.model.text import harmless_cell, json_document, shortened, visible
from dfsync.report.elements.columns import columns, padded


def text(sites: Sequence[Site], width: int = 0) -> str:
    """Return one line for each site. With a `width` (of a terminal) long names and groups are shortened to fit it."""
    if not sites:
        return ""
    rows = [("id", "name", "file", "groups", "fields"), *map(_row, sites)]
    widest = [max(columns(visible(row[place])) for row in rows) for place in range(5)]
    if width:
        widest = _fitting(widest, width)
    return "".join(
        "  ".join(padded(shortened(cell, most), most) for cell, most in zip(row, widest, strict=True)).rstrip() + "\n"
        for row in rows
    )


def json_list(sites: Sequence[Site], _: int = 0) -> str:
    """Return the sites for programs; `managed` are the fields that the files say something of."""
    document = {
        "format": "dfsync/list",
        "format_version": 1,
        "sites": [
            {
                "id": site.id,
                "name": site.name,
                "file": site.source.file,
                "line": site.source.line,
                "groups": site.groups,
                "managed": _managed(site),
                "internal_id": site.internal_id,
                "exceptions": len(site.exceptions),
            }
            for site in sites
        ],
    }
    return json_document(document)


def csv_text(sites: Sequence[Site], _: int = 0) -> str:
    """Return CSV (RFC 4180); no cell of it is a formula for a spreadsheet or a command for a CI runner."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["id", "name", "file", "line", "groups", "managed"])
    for site in sites:
        cells = (site.id, site.name, site.source.file, str(site.source.line), ",".join(site.groups))
        writer.writerow([*map(harmless_cell, cells), " ".join(_managed(site))])
    return buffer.getvalue()


RENDERERS: Mapping[str, Callable[[Sequence[Site], int], str]] = {"text": text, "json": json_list, "csv": csv_text}
"""The forms of the list, by the name of the format."""


def _row(site: Site) -> tuple[str, str, str, str, str]:
    managed = _managed(site)
    place = f"{site.source.file}:{site.source.line}"
    return site.id, site.name, place, ", ".join(site.groups), _in_words(managed)


def _in_words(managed: Sequence[str]) -> str:
    """Return what is managed in few words: an address of several parts is one."""
    if len(managed) == len(FIELDS):
        return "all"
    return ", ".join(dict.fromkeys(name.partition(".")[0] for name in managed))


def _fitting(widest: Sequence[int], width: int) -> list[int]:
    """Narrow the widest columns until the line fits; the id stays whole."""
    found = list(widest)
    while sum(found) + 2 * (len(found) - 1) > width and max(found[1:]) > 12:
        found[1 + found[1:].index(max(found[1:]))] -= 1
    return found


def _managed(site: Site) -> list[str]:
    return [field.name for field in FIELDS if field.name in site.fields]
