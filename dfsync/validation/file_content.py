"""What a check keeps of each file: what is written in it, and what rules across files see of it.

Sites stay encoded. Of most of them nobody asks more than their records say, and a site takes twice as much memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from dfsync.errors import DfsyncError
from dfsync.files.calendars import CalendarChooser
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Site, SiteRecord
from dfsync.model.spelling import desired_spelling, managed_bits
from dfsync.validation.encoding import SEPARATOR, BrokenDataError, Decoder, encode
from dfsync.validation.rule import SharedSite


class FileView(Struct, frozen=True, array_like=True):
    """What rules across files see of a file. Nothing else in it can change what they find.

    Contacts have no line. `profiles` are the hours profiles that are named, sorted. `complete` is False if a part of
    the file could not be read.
    """

    sites: tuple[SharedSite, ...]
    contacts: tuple[Contact, ...]
    profiles: tuple[str, ...]
    complete: bool


def encode_entries(sites: Iterable[Site], contacts: tuple[Contact, ...], file: str) -> bytes:
    """Encode the contacts and the sites of a file; of each site first what its record says, and then the whole."""
    parts = [encode(contacts, file)]
    for site in sites:
        spelling = "" if site.exceptions else desired_spelling(site.fields)
        head = _Head(site.id, site.groups, managed_bits(site.fields), spelling)
        parts += msgspec.json.encode(head), encode(site)
    return SEPARATOR.join(parts)


class EntriesReader:
    """Reads what `encode_entries` returned. Raises ValueError or `BrokenDataError` for anything else."""

    def __init__(self) -> None:
        self._contacts = Decoder(tuple[Contact, ...])
        self._head = msgspec.json.Decoder(_Head)

    def read(self, data: Sequence[bytes], file: str) -> tuple[list[SiteRecord], tuple[Contact, ...]]:
        """Read the parts of a file's entries."""
        contacts, *rest = data
        heads = map(self._head.decode, rest[::2])
        sites = zip(heads, rest[1::2], strict=True)
        records = [SiteRecord(head.id, head.groups, head.managed, head.spelling, data) for head, data in sites]
        return records, self._contacts.decode(contacts, file)


class _Head(Struct, frozen=True, array_like=True):
    id: str
    groups: tuple[str, ...]
    managed: int
    spelling: str


class StoredSites(Mapping[str, Site]):
    """Sites by id, read from their records each time that one is asked for, with the exceptions of their calendars."""

    def __init__(self, records: Mapping[str, SiteRecord], config: Config) -> None:
        self._records = records
        self._decoder = Decoder(Site)
        self._calendars = CalendarChooser(config.calendars.values())

    def __getitem__(self, id: str) -> Site:
        """Read a site. Raises KeyError, and DfsyncError if somebody changed the cache."""
        try:
            return self._calendars.extended(self._decoder.decode(self._records[id].data))
        except BrokenDataError as error:
            raise DfsyncError("the cache in .dfsync/cache is broken", help="remove it, or use --no-cache") from error

    def __contains__(self, id: object) -> bool:
        """Whether there is such a site."""
        return id in self._records

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self._records)

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self._records)
