"""The texts of an entry that are sent, each with its path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dfsync.files.yaml import Pointer
from dfsync.model.fields import FIELDS
from dfsync.model.site import Contact, Site

_PATHS: dict[str, Pointer] = {field.name: tuple(field.name.split(".")) for field in FIELDS}
_PLAIN = re.compile(r"[0-9A-Za-z](?:[ -~]*[!-~])?")


def is_plain(text: str) -> bool:
    """Whether a text is printable ASCII from a letter or digit to no space: nothing that a rule of texts objects to."""
    return _PLAIN.fullmatch(text) is not None


def site_texts(site: Site) -> Iterator[tuple[Pointer, str]]:
    """Yield the id, the text fields and the groups of a site."""
    yield ("id",), site.id
    for name, value in site.fields.items():
        if isinstance(value, str):
            yield _PATHS[name], value
        elif isinstance(value, tuple):
            for number, group in enumerate(value):
                yield ("groups", number), group


def contact_texts(contact: Contact) -> Iterator[tuple[Pointer, str]]:
    """Yield the fields of a contact."""
    for name, value in contact.fields.items():
        if value:
            yield (name,), value
