"""The texts of an entry that are sent, each with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dfsync.files.yaml import Pointer
from dfsync.model.fields import FIELDS
from dfsync.model.site import Contact, Site, Source
from dfsync.validation.finding import Finding

_PATHS: dict[str, Pointer] = {field.name: tuple(field.name.split(".")) for field in FIELDS}

Judge = Callable[[str], tuple[str, str | None] | None]
"""Says what is wrong with a text and what to do about it, None when nothing is."""


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


def judged(code: str, source: Source, texts: Iterator[tuple[Pointer, str]], judge: Judge) -> Iterator[Finding]:
    """Yield a finding for each text that the judge objects to."""
    for path, text in texts:
        words = judge(text)
        if words is not None:
            yield Finding(code, words[0], source, path, help=words[1])
