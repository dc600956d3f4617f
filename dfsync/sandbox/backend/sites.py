"""The sites and contacts of the sandbox, which import writes and export reads."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dfsync.model.fields import COLUMNS, ID_COLUMN
from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.backend.spelling import spelled
from dfsync.sandbox.settings import SandboxSettings

FIRST_INTERNAL_ID = 750
"""The internal id of the first site, as in the traffic API's example."""

Row = dict[str, Any]

_PUT = """
INSERT INTO sites (number, id, row, spelled)
VALUES (coalesce(?, (SELECT max(number) + 1 FROM sites), ?), ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET row = excluded.row, spelled = excluded.spelled
"""

_LATE = """
INSERT INTO late VALUES (?, (SELECT spelled FROM sites WHERE id = ?), ?)
ON CONFLICT (id) DO UPDATE SET until = excluded.until
"""
_SHOWN = """
(SELECT id, sites.spelled FROM sites WHERE id NOT IN (SELECT id FROM late WHERE until > :now)
UNION ALL SELECT id, spelled FROM late WHERE until > :now AND spelled IS NOT NULL)
"""
"""What the export says now, of the time `:now`."""


class Sites:
    """Sites by id and contacts by key, in the database. The row of the export is encoded when a site is stored."""

    def __init__(self, database: Database, settings: SandboxSettings) -> None:
        self._database = database
        self._settings = settings
        self._respell()

    def rows(self) -> dict[str, Row]:
        """Return every site as it is stored, by id, in the order of the export."""
        return {id: json.loads(row) for id, row in self._database.execute("SELECT id, row FROM sites ORDER BY id")}

    def get(self, id: str) -> Row | None:
        """Return a site as it is stored, or None."""
        found = self._database.execute("SELECT row FROM sites WHERE id = ?", id)
        return json.loads(found[0][0]) if found else None

    def put(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store whole rows; a site of the same id is replaced and keeps its internal id."""
        self._database.execute_many(_PUT, (self._values(row) for row in rows))

    def put_inside(self, row: Mapping[str, Any]) -> None:
        """Store one row inside a transaction that is already open."""
        self._database.execute(_PUT, *self._values(row))

    def put_imported(self, row: Mapping[str, Any]) -> None:
        """Store one row inside a transaction. A setting says when the export shows it."""
        if self._settings.export_delay_s:
            now = time.time()
            id = str(row[ID_COLUMN])
            self._database.execute("DELETE FROM late WHERE until <= ?", now)
            self._database.execute(_LATE, id, id, now + self._settings.export_delay_s)
        self.put_inside(row)

    def edit(self, id: str, column: str, value: Any) -> None:
        """Change one value of a site; raises KeyError when there is no such site."""
        with self._database.transaction():
            row = self.get(id)
            if row is None:
                raise KeyError(id)
            self.put_inside({**row, column: value})

    def remove(self, id: str) -> None:
        """Delete a site, as somebody may in the web application; the API can't."""
        self._database.execute("DELETE FROM sites WHERE id = ?", id)

    def page(self, offset: int, size: int, ids: Sequence[str] | None = None) -> tuple[list[bytes], int]:
        """Return the encoded sites of one page and the number of all that match."""
        shown = f"FROM {_SHOWN if self._settings.export_delay_s else 'sites'}"
        matching = shown + ("" if ids is None else " WHERE id IN (SELECT value FROM json_each(:ids))")  # noqa: S608  (constants)
        values = {"now": time.time(), "ids": json.dumps(ids), "size": size, "offset": offset}
        total = self._database.execute(f"SELECT count(*) {matching}", **values)[0][0]
        # Offsets are counted in ids alone, which are an index: rows of earlier pages are not read.
        on_page = f"SELECT id {matching} ORDER BY id LIMIT :size OFFSET :offset"
        found = self._database.execute(f"SELECT spelled {shown} WHERE id IN ({on_page}) ORDER BY id", **values)
        return [row[0] for row in found], total

    def internal_ids(self) -> dict[str, int]:
        """Return the internal id of every site, by id."""
        return dict(self._database.execute("SELECT id, number FROM sites ORDER BY id"))

    def contacts(self) -> dict[tuple[str, ...], Row]:
        """Return every contact by its key."""
        found = self._database.execute("SELECT key, row FROM contacts ORDER BY key")
        return {tuple(json.loads(key)): json.loads(row) for key, row in found}

    def get_contact(self, key: Sequence[str]) -> Row | None:
        """Return a contact, or None."""
        found = self._database.execute("SELECT row FROM contacts WHERE key = ?", _key(key))
        return json.loads(found[0][0]) if found else None

    def put_contact(self, key: Sequence[str], row: Mapping[str, Any]) -> None:
        """Store a contact, whole."""
        self._database.execute("INSERT OR REPLACE INTO contacts VALUES (?, ?)", _key(key), _encoded(row))

    def _values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        whole = {**dict.fromkeys(COLUMNS), **row}
        id = str(whole[ID_COLUMN])
        number = whole.pop("internal_id", None)
        return number, FIRST_INTERNAL_ID, id, _encoded(whole), spelled(whole, self._settings)

    def _respell(self) -> None:
        """Encode the stored sites again if they were written under other settings."""
        if self._database.remembered("settings", repr(self._settings)) != repr(self._settings):
            self._database.execute_many("UPDATE sites SET spelled = ? WHERE id = ?", self._respelled())
            self._database.remember("settings", repr(self._settings))

    def _respelled(self) -> Iterator[tuple[bytes, str]]:
        for id, row in self.rows().items():
            yield spelled(row, self._settings), id


def _encoded(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _key(key: Sequence[str]) -> str:
    return json.dumps(list(key), ensure_ascii=False)
