"""Contacts whose key a person changed in the workbook: another email of the same person is no second contact.

The workbook of `dfsync sheet` has all contacts of its sites. A new key belongs to a contact of the same site whose
own key is gone, if the two have another field in common.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from dfsync.model.place import NOWHERE
from dfsync.model.site import Contact, Desired
from dfsync.model.text import normal

_TELLING = ("name", "email", "phone")
Key = tuple[str, ...]


class ContactKeys:
    """The contacts of a workbook beside those of the files; `listed` are the sites of the workbook."""

    def __init__(
        self, desired: Desired, key: tuple[str, ...], listed: Collection[str], rows: Sequence[Mapping[str, str]]
    ) -> None:
        there = {one.folded_key(key): one for one in desired.contacts.values() if one.site in listed}
        inside = {row_key: row for row in rows if (row_key := Contact(row, NOWHERE, 0).folded_key(key))}
        self._gone: dict[str, dict[Key, Contact]] = {}
        for row_key, one in there.items():
            if row_key not in inside:
                self._gone.setdefault(one.site, {})[row_key] = one
        self.moved: dict[Key, Key] = {}
        for row_key, row in inside.items():
            if row_key not in there and (before := self._before(row)) is not None:
                self.moved[row_key] = before
                del self._gone[row["site"]][before]

    def lacking(self) -> list[Contact]:
        """Return the contacts of the files that the workbook lacks."""
        return [one for of_site in self._gone.values() for one in of_site.values()]

    def _before(self, row: Mapping[str, str]) -> Key | None:
        alike = {
            row_key: sum(bool(one.fields.get(name)) and _same(one, row, name) for name in _TELLING)
            for row_key, one in self._gone.get(row.get("site", ""), {}).items()
        }
        best = max(alike, key=alike.__getitem__, default=None)
        return best if best is not None and alike[best] else None


def _same(contact: Contact, row: Mapping[str, str], name: str) -> bool:
    return normal(contact.fields.get(name)).casefold() == normal(row.get(name)).casefold()
