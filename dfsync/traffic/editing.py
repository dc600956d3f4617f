"""What traffic taught, written into the files: hours that are proposed, internal ids that were found. Never to live."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dfsync.errors import InputError
from dfsync.files.changes import Put
from dfsync.files.edit import EditError, edited
from dfsync.files.shape import shape_of
from dfsync.files.tree import Tree
from dfsync.files.write import Literal, Node
from dfsync.model.hours import DAYS, Span, Week
from dfsync.model.hours_write import clock
from dfsync.model.site import Site
from dfsync.model.text import visible

FileChange = tuple[str, Put]
"""A file, relative to the root, and what to put into it."""


def hours_change(site: Site, week: Week) -> FileChange:
    """Return the change that gives a site other opening hours, in the compact form."""
    return site.source.file, Put((*site.source.pointer, "operational_hours"), compact(week))


def id_change(site: Site, internal_id: int) -> FileChange:
    """Return the change that gives a site its internal id."""
    return site.source.file, Put((*site.source.pointer, "internal_id"), Literal(internal_id))


def edited_files(tree: Tree, changes: Iterable[FileChange]) -> dict[str, bytes]:
    """Return each changed file with its changes made. Raises InputError that names a file that can't be edited."""
    by_file: dict[str, list[Put]] = {}
    for file, change in changes:
        by_file.setdefault(file, []).append(change)
    return {file: _edited(tree, file, of_file) for file, of_file in by_file.items()}


def compact(week: Week) -> Node:
    """Return hours as a person writes them: `{Mon-Fri: 09:00-17:59}`, closed days left out."""
    stretches: list[tuple[int, int, tuple[Span, ...]]] = []
    for day, spans in enumerate(week.days):
        if stretches and stretches[-1][2] == spans:
            stretches[-1] = (stretches[-1][0], day, spans)
        else:
            stretches.append((day, day, spans))
    return {_days(first, last): _spans(spans) for first, last, spans in stretches if spans}


def _edited(tree: Tree, file: str, changes: Sequence[Put]) -> bytes:
    try:
        return edited(tree.read(file), changes, shape_of("site")).data
    except EditError as error:
        raise InputError(f"{visible(file)} {error.message}", help=error.help) from error


def _days(first: int, last: int) -> str:
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"


def _spans(spans: Sequence[Span]) -> Node:
    texts = [f"{clock(start)}-{clock(stop - 1)}" for start, stop in spans]
    return texts[0] if len(texts) == 1 else texts
