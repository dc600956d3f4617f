"""Finds the sites and contacts in the documents of a file, each with its place.

A document holds one site, or `sites: [...]` and/or `contacts: [...]`. In files of the `contacts` patterns, a document
without those keys is one contact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dfsync.files.yaml.parse import YamlFile
from dfsync.files.yaml.values import YamlMapping
from dfsync.model.kind import Kind
from dfsync.model.place import Pointer


class Entry(NamedTuple):
    """One site or contact as it is written. `site` is set for a contact inside a site."""

    kind: Kind
    raw: Mapping[str, Any]
    pointer: Pointer
    line: int
    site: str | None = None


def is_collection(document: Mapping[str, Any], kind: Kind) -> bool:
    """Whether a document has its entries in lists. The schema's `if` decides it in the same way."""
    if "sites" in document:
        return True
    return "contacts" in document and (kind is Kind.CONTACT or not ("id" in document or "name" in document))


def entries(parsed: YamlFile, kind: Kind) -> Iterator[Entry]:
    """Yield the entries of a file. What is not a mapping is left to the schema, which reports it."""
    for number, document in enumerate(parsed.documents):
        if not isinstance(document, YamlMapping):
            continue
        if is_collection(document, kind):
            yield from _members(document, (number, "sites"), Kind.SITE)
            yield from _members(document, (number, "contacts"), Kind.CONTACT)
        elif kind is Kind.SITE:
            yield from _site(document, (number,), document.line)
        else:
            yield Entry(Kind.CONTACT, document, (number,), document.line)


def _members(document: Mapping[str, Any], at: Pointer, kind: Kind) -> Iterator[Entry]:
    members = document.get(str(at[-1]))
    for position, member in enumerate(members if isinstance(members, list) else ()):
        if not isinstance(member, YamlMapping):
            continue
        pointer = (*at, position)
        line = member.line
        if kind is Kind.SITE:
            yield from _site(member, pointer, line)
        else:
            yield Entry(kind, member, pointer, line)


def _site(raw: Mapping[str, Any], pointer: Pointer, line: int) -> Iterator[Entry]:
    yield Entry(Kind.SITE, raw, pointer, line)
    contacts = raw.get("contacts")
    for position, contact in enumerate(contacts if isinstance(contacts, list) else ()):
        if isinstance(contact, YamlMapping):
            at = (*pointer, "contacts", position)
            owner = raw.get("id")
            site = owner if isinstance(owner, str) else ""
            yield Entry(Kind.CONTACT, contact, at, contact.line, site)
