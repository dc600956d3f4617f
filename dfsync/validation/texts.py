"""The texts of an entry that are sent, each with its path."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from dfsync.model.fields import FIELDS
from dfsync.model.place import Pointer
from dfsync.model.site import Contact, Site

_PATHS: dict[str, Pointer] = {field.name: tuple(field.name.split(".")) for field in FIELDS}
# Letters that look like no other and need no mark: Latin ones, Arabic, kana, Han, Hangul. Left out are those by
# which DF410 tells that UTF-8 was read as Windows-1252.
_LETTERS = (
    r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0151\u0154-\u015f\u0162-\u0177\u0179-\u017c\u0180-\u0191\u0193-\u024f\u1ea0-\u1ef9"
    r"\u0620-\u064a\u3041-\u3096\u30a1-\u30fa\u30fc\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
)
# Such a large class takes milliseconds to compile, so it is there only once: marks and a space don't begin a line.
_LINES_OF_PLAIN = re.compile(rf"(?:(?![ -/:-@\[-`{{-~])[ -~{_LETTERS}]++(?<! )(?:\n(?!\Z)|\Z))+")
# What damaged texts of ASCII have in them (DF410): lost letters, 94105.0, 1.23E+12, Err:502. All begin with one of
# a few characters, so that a search skips the others at once.
_DAMAGE = re.compile(r"[?.Ee](?:(?<=\?)\?|(?<=\.)0+$|(?<=[0-9][Ee])[+-]?[0-9]|(?<=E)rr:)", re.MULTILINE)


def are_plain(texts: Collection[str]) -> bool:
    """Whether all texts are of ASCII and common letters, begin with a letter or digit, and end without a space.

    No rule of texts objects to such texts. They are checked together, since nearly all texts are like that. Empty texts
    are not.
    """
    lines = "\n".join(texts)
    if _LINES_OF_PLAIN.fullmatch(lines) is None or lines.count("\n") != len(texts) - 1:
        return False
    return _DAMAGE.search(lines) is None


def texts_of(site: Site) -> list[str]:
    """Return the id, the text fields and the groups of a site."""
    texts = [site.id]
    for value in site.fields.values():
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, tuple):
            texts += value
    return texts


def site_texts(site: Site) -> Iterator[tuple[Pointer, str]]:
    """Yield the texts of `texts_of`, each with its path."""
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
