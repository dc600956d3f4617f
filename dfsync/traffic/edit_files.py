"""Writes into the files what traffic shows: proposed hours and internal ids. Nothing goes to live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dfsync.errors import InputError
from dfsync.files.edit.changes import Put
from dfsync.files.edit.edit import EditError, edited
from dfsync.files.edit.to_yaml import hours_node
from dfsync.files.edit.write import Literal
from dfsync.files.schema_shape import shape_of
from dfsync.files.storage.tree import Tree
from dfsync.model.hours.week import Week
from dfsync.model.site import Site
from dfsync.model.text import visible

FileChange = tuple[str, Put]
"""A file, relative to the root, and what to put into it."""


def hours_change(site: Site, week: Week) -> FileChange:
    """Return the change that gives a site other opening hours, in the compact form.

    Raises InputError for hours that no file can say: a span of one minute.
    """
    try:
        return site.place.file, Put((*site.place.pointer, "operational_hours"), hours_node(week, "compact"))
    except ValueError as error:
        raise InputError(f"the hours of {visible(site.id)} can't be written: {error}") from error


def id_change(site: Site, internal_id: int) -> FileChange:
    """Return the change that gives a site its internal id."""
    return site.place.file, Put((*site.place.pointer, "internal_id"), Literal(internal_id))


def edited_files(tree: Tree, changes: Iterable[FileChange]) -> dict[str, bytes]:
    """Return each changed file with its changes made. Raises InputError that names a file that can't be edited."""
    by_file: dict[str, list[Put]] = {}
    for file, change in changes:
        by_file.setdefault(file, []).append(change)
    return {file: _edited(tree, file, of_file) for file, of_file in by_file.items()}


def _edited(tree: Tree, file: str, changes: Sequence[Put]) -> bytes:
    try:
        return edited(tree.read(file), changes, shape_of("site")).data
    except EditError as error:
        raise InputError(f"{visible(file)} {error.message}", help=error.help) from error
