"""The journal: each upload is on the disk before it is sent, and its result right after the answer.

Each entry is a line of JSON that is flushed to the disk before anything else happens. If an apply finds a journal, an
earlier apply was killed. The journal tells which sites may have been sent, so that a saved plan can be finished. It
also tells which contacts the API took, since live can't show them. It has no personal data: contacts are digests, as in
state.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from dfsync.apply.outcome.events import Answered, AnswerLost, Event, Refused, Sending
from dfsync.diff.changes import Change
from dfsync.errors import InputError
from dfsync.files.storage.safe_open import read_plain
from dfsync.model.kind import Kind
from dfsync.model.last_applied import LastAppliedContact, contacts_left
from dfsync.plan.contact_changes import last_applied_contact
from dfsync.state.folder.files import make_folder, reserve, safe_name, sync_folder
from dfsync.state.folder.own_copies import own_copies
from dfsync.state.target_state import TargetState, read_contact


class UnfinishedApply(Struct, frozen=True):
    """What a killed apply had done, according to its journal.

    `sites` are those that it may have sent. `contacts` are those that the API accepted, as state would remember them;
    `key` is the key of their digests. `recreated` are sites that had been deleted in live, with the contacts that state
    remembers.
    """

    begun_at: str
    plan: str
    key: bytes
    sent: int = 0
    answered: int = 0
    sites: frozenset[str] = frozenset()
    contacts: Mapping[str, LastAppliedContact] = field(default_factory=dict)
    recreated: frozenset[str] = frozenset()

    def folded(self, state: TargetState) -> TargetState:
        """Return the state with the contacts that were accepted. A state without any gets the key of the journal."""
        if not state.sites and not state.contacts and not state.history:
            state = replace(state, key=self.key)
        if state.key != self.key:
            return state
        contacts = contacts_left(state.contacts, self.recreated)
        for id, contact in self.contacts.items():
            fields = {**contacts[id].fields, **contact.fields} if id in contacts else contact.fields
            contacts[id] = LastAppliedContact(contact.site, fields)
        return replace(state, contacts=contacts)


_REMOVE = "remove it: then contacts that a killed apply sent are sent again, and nothing else is lost"
_BLOCK = 4096
_WRITABLE = "apply needs room on the disk, and the right to write below .dfsync"


class Journal:
    """The journal of one target. It listens to the events of an apply once it has begun."""

    def __init__(self, root: Path, target: str) -> None:
        self._path = make_folder(root, "journal") / f"{safe_name(target)}.jsonl"
        self._name, self._copies = f"journal/{self._path.name}", own_copies(root)
        self._room = self._path.with_suffix(".room")
        self._free = 0
        self._descriptor: int | None = None
        self._key = b""

    def unfinished(self) -> UnfinishedApply | None:
        """Return what a killed apply had done; None if there was none."""
        try:
            data, _ = read_plain(self._path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise InputError(f"{self._path} can't be read: {error.strerror}", help=_REMOVE) from error
        try:
            return _replayed(_entries(data.split(b"\n")))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(
                f"{self._path} can't be read as a journal: {error}",
                help=_REMOVE,
            ) from error

    def begin(self, at: str, plan: str, key: bytes, recreated: Collection[str] = (), room: int = 0) -> None:
        """Open the journal for an apply that is about to send; what an earlier one left stays in it.

        `room` bytes of the disk are kept free for what is still to be written. Raises InputError if the journal can't
        be written.
        """
        self._key = key
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._descriptor = os.open(self._path, flags, 0o600)
            sync_folder(self._path.parent)
            if _torn(self._descriptor):
                _write_all(self._descriptor, b"\n")
            if self._copies:
                self._copies.link(self._name)
            self._write({"event": "begun", "at": at, "plan": plan, "key": key.hex(), "made_anew": sorted(recreated)})
            reserve(self._room, room)
            self._free = room
        except OSError as error:
            self.free_room()
            where = error.filename or self._path
            raise InputError(
                f"{where} can't be written, so nothing was sent: {error.strerror}", help=_WRITABLE
            ) from error

    def free_room(self) -> None:
        """Free the reserved space, just before something is written that needs it."""
        self._free = 0
        with suppress(OSError):
            self._room.unlink(missing_ok=True)

    def end(self) -> None:
        """Remove the journal, since all its content is in the state."""
        self.close()
        if self._copies:
            self._copies.forget(self._name)
        self._path.unlink(missing_ok=True)
        sync_folder(self._path.parent)

    def close(self) -> None:
        """Close the file, and leave it for the next apply."""
        self.free_room()
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __call__(self, event: Event) -> None:
        """Write down an event that concerns the uploads. Raises InputError: then nothing more may be sent."""
        try:
            self._note(event)
        except OSError as error:
            raise InputError(f"{self._path} can't be written: {error.strerror}", help=_WRITABLE) from error

    def _note(self, event: Event) -> None:
        if isinstance(event, Sending):
            rows = self._rows(event.sheet.rows)
            self._write({"event": "sending", "batch": event.batch, "kind": event.sheet.kind.value, "rows": rows})
        elif isinstance(event, Answered):
            wrong = self._rows(event.sheet.rows) if event.problems else ()  # with errors none of them may be taken
            self._write({"event": "answered", "batch": event.batch, "wrong": list(wrong)})
        elif isinstance(event, Refused):
            self._write({"event": "refused", "batch": event.batch})
        elif isinstance(event, AnswerLost):
            self._write({"event": "lost", "batch": event.batch})

    def _rows(self, changes: list[Change] | tuple[Change, ...]) -> dict[str, Any]:
        sites: dict[str, Any] = {change.id: {} for change in changes if change.kind is Kind.SITE}
        return sites | dict(last_applied_contact(change, self._key) for change in changes if change.site)

    def _write(self, entry: Mapping[str, Any]) -> None:
        if self._descriptor is not None:
            line = (json.dumps(entry, default=asdict, separators=(",", ":")) + "\n").encode()
            self._use_room(len(line))
            _write_all(self._descriptor, line)
            os.fsync(self._descriptor)

    def _use_room(self, size: int) -> None:
        """Give back as much of the room as is about to be written, and a block more, since a disk has whole blocks."""
        if self._free:
            self._free = max(0, self._free - size)
            with suppress(OSError):
                os.truncate(self._room, max(0, self._free - _BLOCK))


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of the data, or raise OSError: a disk that is nearly full takes a part of it without an error."""
    while data:
        data = data[os.write(descriptor, data) :]


def _torn(descriptor: int) -> bool:
    """Whether the file ends inside a line, as after a kill during a write."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    return size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"


def _entries(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue  # torn by a kill in the midst of a write: what it told had not happened yet
        if isinstance(entry, dict):
            yield entry


def _replayed(entries: Iterator[dict[str, Any]]) -> UnfinishedApply | None:
    found: UnfinishedApply | None = None
    uploads: dict[int, dict[str, Any]] = {}
    for entry in entries:
        event = entry.get("event")
        if event == "begun":
            key, earlier = bytes.fromhex(entry["key"]), found
            at, plan, recreated = str(entry["at"]), str(entry["plan"]), frozenset(entry.get("made_anew", ()))
            found = UnfinishedApply(at, plan, key, recreated=recreated)
            if earlier is not None and earlier.key == key:
                contacts = contacts_left(earlier.contacts, found.recreated)
                recreated = found.recreated | earlier.recreated
                found = replace(found, sites=earlier.sites, contacts=contacts, recreated=recreated)
            uploads = {}
        elif found is not None and event == "sending":
            uploads[entry["batch"]] = entry
            sites = found.sites.union(entry["rows"]) if entry["kind"] == "site" else found.sites
            found = replace(found, sent=found.sent + 1, sites=sites)
        elif found is not None and event == "answered":
            found = _answered(found, uploads.get(entry["batch"], {}), entry["wrong"])
        elif found is not None and event == "refused":
            found = replace(found, answered=found.answered + 1)
    return found


def _answered(found: UnfinishedApply, upload: Mapping[str, Any], wrong: list[str]) -> UnfinishedApply:
    contacts = dict(found.contacts)
    if upload.get("kind") == "contact":
        for id, contact in upload["rows"].items():
            if id not in wrong:
                contacts[id] = read_contact(contact)
    return replace(found, answered=found.answered + 1, contacts=contacts)
