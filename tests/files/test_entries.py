"""A file holds one site, lists of sites and contacts, or one contact; several documents are fine."""

from __future__ import annotations

from dfsync.files.entries import entries
from dfsync.files.yaml.parse import parse
from dfsync.model.kind import Kind


def found(text: str, kind: Kind = Kind.SITE) -> list[tuple[Kind, object, tuple[str | int, ...], int]]:
    """Return kind, id or name, pointer and line of each entry."""
    return [
        (entry.kind, entry.raw.get("id") or entry.raw.get("name"), entry.pointer, entry.line)
        for entry in entries(parse(text.encode()), kind)
    ]


def test_every_form_of_a_site_file() -> None:
    """One site with contacts, a list with both, and several documents."""
    one = "# x\nid: a\ncontacts:\n  - name: Ada\n"
    several = "x-own: 1\nsites:\n  - id: b\n    contacts: [{name: Bob}]\ncontacts:\n  - site: b\n    name: Cy\n"
    text = f"{one}---\n{several}"
    assert found(text) == [
        (Kind.SITE, "a", (0,), 2),
        (Kind.CONTACT, "Ada", (0, "contacts", 0), 4),
        (Kind.SITE, "b", (1, "sites", 0), 8),
        (Kind.CONTACT, "Bob", (1, "sites", 0, "contacts", 0), 9),
        (Kind.CONTACT, "Cy", (1, "contacts", 0), 11),
    ]


def test_a_contact_file_holds_one_contact_or_a_list() -> None:
    """Without `contacts:` a document of a contact file is one contact."""
    assert found("site: a\nname: Ada\n", Kind.CONTACT) == [(Kind.CONTACT, "Ada", (0,), 1)]
    assert found("contacts: [{site: a, name: Ada}]\n", Kind.CONTACT) == [(Kind.CONTACT, "Ada", (0, "contacts", 0), 1)]


def test_what_is_no_mapping_holds_nothing() -> None:
    """It is left to the schema to report."""
    assert found("- id: a\n") == found("text\n") == found("") == found("sites: x\n") == found("sites: [x]\n") == []
