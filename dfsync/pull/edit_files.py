"""Edits the files that have the sites: each value in place, in the form in which it is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from dfsync.errors import InputError
from dfsync.files.edit.changes import Append, Change, Put, Remove
from dfsync.files.edit.dated_exception import exception_changes, exception_node
from dfsync.files.edit.edit import EditError, edited
from dfsync.files.edit.to_yaml import hours_node, value_node
from dfsync.files.edit.write import Inline, Node
from dfsync.files.schema_shape import shape_of
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.parse import parse, value_at
from dfsync.model.exception_days import ExceptionOrigin
from dfsync.model.hours.week import Week
from dfsync.model.place import Place, Pointer
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.model.text import normal
from dfsync.model.values import Value
from dfsync.pull.values import FileChange, Notices, SiteUpdate
from dfsync.runtime.parallel import Count, counting
from dfsync.sheets.table.values import ExceptionEdit

FROM_DEFAULT = "now has a value of its own; before, a default or profile of dfsync.yaml gave it"
CANT_CLEAR = "is empty in live but keeps its default, since empty cells do not clear fields (api.blank_cells)"
FROM_ANCHOR = "now has a value of its own; before, an anchor or merge key shared it"


class FileEditor(Struct):
    """Collects changes by file, and makes them."""

    tree: Tree
    config: Config
    notices: Notices
    _changes: dict[str, list[Change]] = field(default_factory=dict)
    _owners: dict[tuple[str, Pointer], str] = field(default_factory=dict)
    _documents: dict[str, list[Any]] = field(default_factory=dict)

    def take(self, taken: SiteUpdate) -> None:
        """Give new values to a site of the files."""
        site = taken.site
        entry = self._entry(site.place)
        for name, value in taken.values.items():
            path = tuple(name.split("."))
            pointer = (*site.place.pointer, *path)
            own = value_at(entry, path, _MISSING)
            changes = self._changes_of(site, pointer, own, value)
            if not changes:
                self.notices.add(CANT_CLEAR, f"{site.id} {name}")
            elif (own is _MISSING and name in site.fields) or (isinstance(own, Mapping) and "profile" in own):
                self.notices.add(FROM_DEFAULT, f"{site.id} {name}")
            self._add(site.place.file, site.id, changes)

    def take_contact(self, contact: Contact, values: Mapping[str, str]) -> None:
        """Give new values to a contact of the files."""
        place = contact.place
        self._add(place.file, contact.site, [Put((*place.pointer, name), text) for name, text in values.items()])

    def add_contacts(self, site: Site, others: Sequence[Contact], contacts: Iterable[Mapping[str, str]]) -> None:
        """Add contacts of a site: in the list that has its last contact, or else in the site itself."""
        at = site.place
        members, keeps_site = (*at.pointer, "contacts"), False
        for other in others:
            place = other.place
            is_inside = place.file == at.file and place.pointer[: len(at.pointer)] == at.pointer
            if not is_inside and place.pointer[-2:-1] == ("contacts",):
                at, members, keeps_site = place, place.pointer[:-1], True
        for contact in contacts:
            written = Inline({name: text for name, text in contact.items() if keeps_site or name != "site"})
            self._add(at.file, site.id, [Append(members, written)])

    def take_exceptions(self, site: Site, edits: Sequence[ExceptionEdit]) -> None:
        """Add, change and take out dated exceptions of a site, each where it is written."""
        own = [one for one in site.exceptions if one.origin is ExceptionOrigin.SITE]
        members = (*site.place.pointer, "exceptions")
        if len(own) == len(edits) == sum(edit.after is None for edit in edits):
            self._add(site.place.file, site.id, [Remove(members)])
            return
        entry = self._entry(site.place)
        for edit in edits:
            changes: list[Change] = []
            if edit.before is None:
                changes += [Append(members, exception_node(edit.after))] if edit.after is not None else []
            elif edit.after is None:
                changes.append(Remove((*site.place.pointer, *edit.before.pointer)))
            else:
                pointer = (*site.place.pointer, *edit.before.pointer)
                written = value_at(entry, edit.before.pointer, {})
                changes += exception_changes(edit.before, edit.after, written, pointer)
            self._add(site.place.file, site.id, changes)

    def change(self, file: str, changes: Sequence[Change]) -> None:
        """Make other changes to a file."""
        self._add(file, file, changes)

    def files(self, count: Count | None = None) -> Iterator[FileChange]:
        """Yield the files with their changes made. Raises `InputError` with the name of a file that can't be edited."""
        for file, changes in counting(sorted(self._changes.items()), len(self._changes), count):
            before = self.tree.read(file)
            try:
                result = edited(before, changes, shape_of("config" if file == CONFIG_FILE else "site"))
            except EditError as error:
                raise InputError(f"{file} {error.message}", help=error.help) from error
            for pointer in result.separated:
                self.notices.add(FROM_ANCHOR, self._who(file, pointer))
            if result.data != before:
                yield FileChange(file, before, result.data)

    def _changes_of(self, site: Site, pointer: Pointer, own: Any, value: Value) -> list[Change]:
        name = str(pointer[-1])
        if value is None and self.config.api.blank_cells == "keep":
            return [Remove(pointer)] if own is not _MISSING else []
        if name == "groups" and isinstance(own, list) and isinstance(value, tuple):
            return _changed_members(pointer, own, value)
        if name != "operational_hours":
            return [Put(pointer, value_node(value))]
        return [Put(pointer, self._hours(site, own, value))]

    def _hours(self, site: Site, own: Any, value: Value) -> Node:
        form = self.config.pull.hours
        if isinstance(own, list):
            form = "list"
        elif isinstance(own, Mapping) and "profile" not in own:
            form = "compact"
        if not isinstance(value, Week):
            return ([] if form == "list" else {}) if site.exceptions else None
        return hours_node(value, form, name_closed=isinstance(own, Mapping) and "closed" in own.values())

    def _entry(self, place: Place) -> Any:
        if place.file not in self._documents:
            self._documents[place.file] = parse(self.tree.read(place.file)).documents
        return value_at(self._documents[place.file], place.pointer, _MISSING)

    def _add(self, file: str, owner: str, changes: Sequence[Change]) -> None:
        self._changes.setdefault(file, []).extend(changes)
        for change in changes:
            self._owners[file, change.pointer] = owner

    def _who(self, file: str, pointer: Pointer) -> str:
        for (at, place), owner in self._owners.items():
            if at == file and place[: len(pointer)] == pointer:
                return f"{owner} {'.'.join(str(step) for step in pointer if isinstance(step, str))}"
        return file


_MISSING = object()


def _changed_members(pointer: Pointer, own: Sequence[Any], groups: Sequence[str]) -> list[Change]:
    """Return the changes that turn a list of groups into another set. The members that stay are not touched."""
    wanted = {normal(group) for group in groups}
    there = [normal(group) if isinstance(group, str) else "" for group in own]
    if not wanted & set(there):
        return [Put(pointer, list(groups))]
    removed: list[Change] = [Remove((*pointer, number)) for number, group in enumerate(there) if group not in wanted]
    return [*removed, *(Append(pointer, group) for group in groups if normal(group) not in there)]
