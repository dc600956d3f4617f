"""What a check keeps of each file: what is written in it, and what rules across files see of it.

Sites stay encoded. Of most of them nobody asks more than their records say, and a site takes twice as much memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from dfsync.errors import DfsyncError
from dfsync.files.calendars import CalendarChooser
from dfsync.model.cell_spelling import desired_spelling, managed_bits, managed_names
from dfsync.model.exception_days import DatedException
from dfsync.model.place import Place
from dfsync.model.settings import Config
from dfsync.model.site import Contact, Desired, Site, SiteRecord
from dfsync.model.values import Value
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
    """Encode the contacts and the sites of a file; of each site first what its record says, and then the rest."""
    parts = [encode(contacts, file)]
    for site in sites:
        spelling = "" if site.exceptions else desired_spelling(site.fields)
        managed = managed_bits(site.fields)
        values = tuple([site.fields[name] for name in managed_names(managed)])
        rest = _Rest(values, site.place, site.line, site.internal_id, site.exceptions)
        parts += msgspec.json.encode(_Head(site.id, site.groups, managed, spelling)), encode(rest)
    return SEPARATOR.join(parts)


class DesiredReader:
    """Makes the desired state of what `encode_entries` returned for each file."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._decode_contacts = Decoder(tuple[Contact, ...]).decode
        self._decode_head = msgspec.json.Decoder(_Head).decode
        self._records: dict[str, SiteRecord] = {}
        self._contacts: dict[str, Contact] = {}

    def read(self, data: Sequence[bytes], file: str) -> None:
        """Read the parts of the entries of a file. Raises ValueError or `BrokenDataError` for anything else."""
        contacts, *sites = data
        for head, rest in zip(map(self._decode_head, sites[::2]), sites[1::2], strict=True):
            self._records[head.id] = SiteRecord(head.id, head.groups, head.managed, head.spelling, rest)
        key = self._config.contact_csv.key
        self._contacts.update((contact.key(key), contact) for contact in self._decode_contacts(contacts, file))

    def desired(self) -> Desired:
        """Return the desired state of all files that were read."""
        records = dict(sorted(self._records.items()))
        return Desired(StoredSites(records, self._config), dict(sorted(self._contacts.items())), records)


class _Head(Struct, frozen=True, array_like=True):
    id: str
    groups: tuple[str, ...]
    managed: int
    spelling: str


class _Rest(Struct, frozen=True):
    """What the record of a site does not say, the values without the names of their fields."""

    values: tuple[Value, ...]
    place: Place
    line: int
    internal_id: int | None
    exceptions: tuple[DatedException, ...]


class StoredSites(Mapping[str, Site]):
    """Sites by id, read from their records each time that one is asked for, with the exceptions of their calendars."""

    def __init__(self, records: Mapping[str, SiteRecord], config: Config) -> None:
        self._records = records
        self._decoder = Decoder(_Rest)
        self._calendars = CalendarChooser(config.calendars.values())

    def __getitem__(self, id: str) -> Site:
        """Read a site. Raises KeyError, and DfsyncError if somebody changed the cache."""
        record = self._records[id]
        try:
            rest = self._decoder.decode(record.data)
            fields = dict(zip(managed_names(record.managed), rest.values, strict=True))
        except (BrokenDataError, ValueError) as error:
            raise DfsyncError("the cache in .dfsync/cache is broken", help="remove it, or use --no-cache") from error
        return self._calendars.extended(Site(id, fields, rest.place, rest.line, rest.internal_id, rest.exceptions))

    def __contains__(self, id: object) -> bool:
        """Whether there is such a site."""
        return id in self._records

    def __iter__(self) -> Iterator[str]:
        """Yield the ids."""
        return iter(self._records)

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self._records)
