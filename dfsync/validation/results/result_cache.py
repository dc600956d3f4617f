"""The cache of checks in `.dfsync/cache`: results of files by their content, and the result of the last check.

The result of a file is stored under a digest of everything on which it depends: what dfsync is (the versions of dfsync,
of Python and of the packages that parse and check; in a checkout its sources), dfsync.yaml, and the kind, path and
content of the file. A stamp (`dfsync.files.storage.stamps`) only saves reading the file.

`last.json` has which files the last check saw, and what it found. `rows-<digest>` has a row about each of these files,
which is read if something changed. `results-<digest>` have what is in the files, encoded: they are read when rules
across files are asked again, and when somebody asks for sites. A check writes new results into a file of its own.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson
from msgspec import Struct, field

from dfsync.files.storage.cache_folder import CacheFolder, digest_of, identity
from dfsync.files.storage.stamps import Stamp
from dfsync.findings import Found

FORMAT = 14
_LAST = "last.json"
_STORE = re.compile("(rows|results)-[0-9a-f]+")
_MOST_FILES = 16
"""The number of files of results above which they are joined into one."""


class FileRow(NamedTuple):
    """What is stored about a file: its key, the digest of what rules across files see of it, and its counts."""

    key: str
    view: str
    sites: int
    contacts: int


class FileResult(Struct, frozen=True):
    """The result of a file. `content` is its view and its entries, encoded, where the result is kept.

    The row has digests then. The key is "" if the file can't be read.
    """

    row: FileRow
    found: Found
    content: bytes = b""


class LastCheck(Struct, frozen=True):
    """What a check looked at, and what it found.

    `config` is the digest of dfsync.yaml, and `patterns` are its contact and site patterns. `template` is the other
    file that it names, and `template_seen` the digest of that file. `listing` has all files with their stamps, as
    `encoded_listing` returns them. `files`, `sites` and `contacts` are counts. `found` has what was found in files, and
    `repository` what rules across files found. `holds` says whether `repository` may be used again while those rules
    see the same. `rows` is the name of the file of rows, and `stores` are those of the files of results.
    """

    config: str
    patterns: tuple[tuple[str, ...], ...]
    template: str | None
    template_seen: str = ""
    listing: bytes = b""
    files: int = 0
    sites: int = 0
    contacts: int = 0
    found: Mapping[str, Found] = field(default_factory=dict)
    repository: Found = field(default_factory=Found)
    holds: bool = False
    rows: str = ""
    stores: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all that was found in files."""
        return frozenset(code for found in self.found.values() for code in found.codes)


class ResultCache:
    """The cache of one repository. Results of files that are read from git have a cache of their own."""

    def __init__(self, root: Path, name: str = "") -> None:
        self._folder = CacheFolder(root, name)

    def last(self, config: str) -> LastCheck | None:
        """Return the last check under a dfsync.yaml with this digest; None if there is none that can be used."""
        data = self._folder.read(_LAST)
        if data is None:
            return None
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            head, _, listing = data.partition(b"\n")
            kept = orjson.loads(head)
            if kept.pop("identity") == _identity() and kept["config"] == config:
                found = _found(kept["found"]) if kept["found"] else {}
                repository = _found({"": kept["repository"]})[""] if kept["repository"] else Found()
                last = LastCheck(**{**kept, "listing": listing, "found": found, "repository": repository})
                return last if _STORE.fullmatch(last.rows) and all(map(_STORE.fullmatch, last.stores)) else None
        return None

    def rows(self, last: LastCheck, paths: Collection[str]) -> dict[str, bytes]:
        """Return what is stored about the files of a check, each as `encoded_row` returns it; {} if it is lost."""
        rows = (self._folder.read(last.rows) or b"").split(b"\n")
        return dict(zip(paths, rows, strict=True)) if len(rows) == len(paths) else {}

    def contents(self, last: LastCheck) -> dict[str, bytes]:
        """Return the encoded content of files by their keys, as far as it is still there."""
        found: dict[str, bytes] = {}
        for store in last.stores:
            lines = (self._folder.read(store) or b"").split(b"\n")
            while lines:
                key, _, content = lines.pop().partition(b"\t")  # frees the line: its parts take as much memory again
                found[key.decode()] = content
        return found

    def save(self, last: LastCheck, rows: Collection[bytes], new: Mapping[str, bytes]) -> None:
        """Store a check and its rows. `new` is the encoded content by key that no store of the last check has."""
        from dfsync.validation.encoding import encode

        with contextlib.suppress(OSError, ValueError, TypeError):
            stores = last.stores
            if len(new) * 2 > last.files or len(stores) >= _MOST_FILES:
                new, stores = {**self.contents(last), **new}, ()
                keys = [decoded_row(row).key for row in rows]
                new = {key: new[key] for key in keys if key in new}
            if new:
                lines = [part for key, data in new.items() for part in (key.encode(), b"\t", data, b"\n")]
                stores = (*stores, self._folder.add("results", lines))
            kept = {
                "identity": _identity(),
                **{name: getattr(last, name) for name in LastCheck.__struct_fields__ if name != "listing"},
                "found": {path: orjson.Fragment(encode(found, path)) for path, found in last.found.items()},
                "repository": orjson.Fragment(encode(last.repository)) if last.repository.codes else None,
                "rows": (named := self._folder.add("rows", [b"\n".join(rows)])),
                "stores": stores,
            }
            self._folder.write(_LAST, [orjson.dumps(kept), b"\n", last.listing])
            self._folder.forget("r*-*", {named, *stores})


def encoded_listing(stamps: Mapping[str, Stamp | None]) -> bytes:
    """Encode files with their stamps. Equal bytes are equal files. Returns b"" if a name is not UTF-8."""
    try:
        return orjson.dumps([[*stamps], [*stamps.values()]])
    except TypeError:
        return b""


def decoded_listing(data: bytes) -> dict[str, Stamp | None]:
    """Decode what `encoded_listing` returned; {} for anything else, so that all files are checked."""
    with contextlib.suppress(ValueError, TypeError):
        paths, stamps = orjson.loads(data)
        return dict(zip(paths, [tuple(each) if type(each) is list else each for each in stamps], strict=True))
    return {}


def encoded_row(row: FileRow) -> bytes:
    """Encode a row, on one line."""
    return msgspec.json.encode(row)  # orjson would hold a kilobyte for each


def decoded_row(data: bytes) -> FileRow:
    """Decode what `encoded_row` returned. Raises ValueError or TypeError for anything else."""
    return FileRow(*orjson.loads(data))


def key_of(config: str, kind: str, path: str, content: bytes) -> str:
    """Return the digest of everything on which the result of a file depends."""
    # A path may hold line breaks, and no NUL: nothing else can be put together to the same.
    head = f"{_identity()}\0{config}\0{kind}\0{path}\0".encode("utf-8", "surrogateescape")
    return digest_of((head, content))


def _found(forms: Mapping[str, Any]) -> dict[str, Found]:
    from dfsync.validation.encoding import Decoder

    decoder = Decoder(Found)
    return {path: decoder.read(form, path) for path, form in forms.items()}


def _identity() -> str:
    return f"{FORMAT} {identity()}"
