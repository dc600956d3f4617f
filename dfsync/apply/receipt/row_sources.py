"""Finds the places in the files from which a change comes, down to the line of a field."""

from __future__ import annotations

from functools import cache

from dfsync.apply.receipt.builder import Locate
from dfsync.diff.changes import Change
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.files.yaml.positions import Locator
from dfsync.model.kind import Kind
from dfsync.model.place import Source
from dfsync.model.site import Desired


def locate_in(tree: Tree, desired: Desired) -> Locate:
    """Return a function that finds fields; the entry's own place where a field is not written there."""

    @cache
    def locator(file: str) -> Locator | None:
        try:
            return Locator(tree.read(file))
        except UnreadableFileError:
            return None

    def locate(change: Change, field: str | None) -> Source:
        entries = desired.sites if change.kind is Kind.SITE else desired.contacts
        entry = entries.get(change.id)
        if entry is None or field is None:
            return change.source
        pointer = (*entry.place.pointer, *field.split("."))
        found = locator(entry.place.file)
        if found is None or not found.has(pointer):
            return change.source
        return Source(entry.place.file, found.key(pointer).line)

    return locate
