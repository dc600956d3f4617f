"""What a check keeps of each file: what is written in it, and what rules across files see of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from dfsync.files.calendars import CalendarChooser
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site
from dfsync.validation.rule import SharedSite


class FileEntries(Struct, frozen=True):
    """The sites and contacts of a file."""

    sites: tuple[Site, ...]
    contacts: tuple[Contact, ...]


class FileView(Struct, frozen=True, array_like=True):
    """What rules across files see of a file. Nothing else in it can change what they find.

    Contacts have no line. `profiles` are the hours profiles that are named, sorted. `complete` is False if a part of
    the file could not be read.
    """

    sites: tuple[SharedSite, ...]
    contacts: tuple[Contact, ...]
    profiles: tuple[str, ...]
    complete: bool


def whole_sites(sites: Iterable[Site], config: Config) -> Iterator[Site]:
    """Yield sites with the exceptions of their calendars."""
    return map(CalendarChooser(config.calendars.values()).extended, sites)
