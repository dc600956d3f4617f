"""From a file's documents to the sites and contacts in them, each with its place.

A document holds one site, or `sites: [...]` and/or `contacts: [...]`; in files of the `contacts` patterns a document
without those keys is one contact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from dfsync.files.yaml.parse import Parsed, Pointer


class FileKind(StrEnum):
    """What a file holds, by the patterns that found it; also the name of its schema."""

    SITE = "site"
    CONTACT = "contact"


class EntryKind(StrEnum):
    """What an entry is."""

    SITE = "site"
    CONTACT = "contact"


class Entry(NamedTuple):
    """One site or contact as it was written; `site` is set for a contact inside a site."""

    kind: EntryKind
    raw: Mapping[str, Any]
    pointer: Pointer
    line: int
    site: str | None = None


def is_collection(document: Mapping[str, Any], kind: FileKind) -> bool:
    """Whether a document has entries in lists, as the schema's `if` decides it too."""
    if "sites" in document:
        return True
    return "contacts" in document and (kind is FileKind.CONTACT or not ("id" in document or "name" in document))


def entries(parsed: Parsed, kind: FileKind) -> Iterator[Entry]:
    """Yield the entries of a file; whatever is no mapping is left to the schema to report."""
    for number, document in enumerate(parsed.documents):
        if not isinstance(document, dict):
            continue
        if is_collection(document, kind):
            yield from _members(document, (number, "sites"), EntryKind.SITE, parsed)
            yield from _members(document, (number, "contacts"), EntryKind.CONTACT, parsed)
        elif kind is FileKind.SITE:
            yield from _site(document, (number,), parsed.lines[id(document)], parsed)
        else:
            yield Entry(EntryKind.CONTACT, document, (number,), parsed.lines[id(document)])


def _members(document: Mapping[str, Any], at: Pointer, kind: EntryKind, parsed: Parsed) -> Iterator[Entry]:
    members = document.get(str(at[-1]))
    for position, member in enumerate(members if isinstance(members, list) else ()):
        if not isinstance(member, dict):
            continue
        pointer = (*at, position)
        line = parsed.lines[id(member)]
        if kind is EntryKind.SITE:
            yield from _site(member, pointer, line, parsed)
        else:
            yield Entry(kind, member, pointer, line)


def _site(raw: Mapping[str, Any], pointer: Pointer, line: int, parsed: Parsed) -> Iterator[Entry]:
    yield Entry(EntryKind.SITE, raw, pointer, line)
    contacts = raw.get("contacts")
    for position, contact in enumerate(contacts if isinstance(contacts, list) else ()):
        if isinstance(contact, dict):
            at = (*pointer, "contacts", position)
            owner = raw.get("id")
            site = owner if isinstance(owner, str) else ""
            yield Entry(EntryKind.CONTACT, contact, at, parsed.lines[id(contact)], site)
