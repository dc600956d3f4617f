"""The cache of checks in `.dfsync/cache`: results of files by their content, and the result of the last check.

The result of a file is stored under a digest of everything on which it depends: what dfsync is (the versions of dfsync,
of Python and of the packages that parse and check; in a checkout its sources), dfsync.yaml, and the kind, path and
content of the file. A stamp (`dfsync.files.storage.stamps`) only saves reading the file. `last.json` has what the last
check looked at and what it found. `results-<digest>` have what is in the files, encoded: they are read when rules
across files are asked again, and when somebody asks for sites. A check writes new results into a file of its own.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dfsync.files.storage.cache_folder import CacheFolder, digest_of, identity
from dfsync.files.storage.stamps import Stamp
from dfsync.findings import Found

FORMAT = 11
_LAST = "last.json"
_STORE = re.compile("results-[0-9a-f]+")
_MOST_FILES = 16
"""More files of results than so many are made into one."""


class FileRow(NamedTuple):
    """What is stored about a file: its key, the digest of what rules across files see of it, and its counts."""

    key: str
    view: str
    sites: int
    contacts: int


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What a check looked at, and what it found.

    `config` is the digest of dfsync.yaml, and `patterns` are its contact and site patterns. `template` is the other
    file that it names, and `template_seen` the digest of that file. `paths` are all files, in the order of `stamps` and
    `rows`; rows are read only if something changed. `sites` and `contacts` are counts. `found` has what was found in
    files, and `repository` what rules across files found. `holds` says whether `repository` may be used again
    while those rules see the same. `stores` are the names of the files of results.
    """

    config: str
    patterns: tuple[tuple[str, ...], ...]
    template: str | None
    template_seen: str = ""
    paths: Collection[str] = ()
    stamps: Mapping[str, Stamp | None] = field(default_factory=dict)
    read_rows: Callable[[], Mapping[str, FileRow]] = field(default=dict, compare=False)
    sites: int = 0
    contacts: int = 0
    found: Mapping[str, Found] = field(default_factory=dict)
    repository: Found = field(default_factory=Found)
    holds: bool = False
    stores: tuple[str, ...] = ()

    @property
    def rows(self) -> Mapping[str, FileRow]:
        """What is stored about each file."""
        return self.read_rows()

    @property
    def codes(self) -> frozenset[str]:
        """The codes of all that was found in files."""
        return frozenset(code for found in self.found.values() for code in found.codes)

    def sees(self, other: LastCheck) -> bool:
        """Whether rules across files see the same here as there."""
        rows = zip(self.rows.values(), other.rows.values(), strict=True)
        return (
            self.template_seen == other.template_seen
            and self.rows.keys() == other.rows.keys()
            and all(row is before or row.view == before.view for row, before in rows)
            and self.codes == other.codes
        )


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
            head, _, rows = data.partition(b"\n")
            kept = orjson.loads(head)
            if kept.pop("identity") == _identity() and kept["config"] == config:
                stamps = dict(zip(kept.pop("paths"), kept["stamps"], strict=True))
                paths = stamps.keys()
                found = _found(kept["found"]) if kept["found"] else {}
                repository = _found({"": kept["repository"]})[""] if kept["repository"] else Found()
                read = {"paths": paths, "stamps": stamps, "read_rows": cache(partial(_rows, paths, rows))}
                last = LastCheck(**{**kept, **read, "found": found, "repository": repository})
                return last if paths >= found.keys() and all(map(_STORE.fullmatch, last.stores)) else None
        return None

    def contents(self, last: LastCheck) -> dict[str, bytes]:
        """Return the encoded content of files by their keys, as far as it is still there."""
        found: dict[str, bytes] = {}
        for store in last.stores:
            lines = (self._folder.read(store) or b"").split(b"\n")
            while lines:
                key, _, content = lines.pop().partition(b"\t")  # frees the line: its parts take as much memory again
                found[key.decode()] = content
        return found

    def save(self, last: LastCheck, new: Mapping[str, bytes]) -> None:
        """Store a check. `new` is the encoded content by key that no store of the last check has."""
        from dfsync.validation.encoding import encode

        with contextlib.suppress(OSError, ValueError, TypeError):
            stores = last.stores
            if len(new) * 2 > len(last.paths) or len(stores) >= _MOST_FILES:
                new, stores = {**self.contents(last), **new}, ()
                keys = [row.key for row in last.rows.values()]
                new = {key: new[key] for key in keys if key in new}
            if new:
                stores = (*stores, self._write(new))
            kept = {
                "identity": _identity(),
                **{name: getattr(last, name) for name in LastCheck.__slots__ if name != "read_rows"},
                "paths": list(last.paths),
                "stamps": list(last.stamps.values()),
                "found": {path: orjson.Fragment(encode(found, path)) for path, found in last.found.items()},
                "repository": orjson.Fragment(encode(last.repository)) if last.repository.codes else None,
                "stores": stores,
            }
            self._folder.write(_LAST, [orjson.dumps(kept), b"\n", orjson.dumps([*last.rows.values()], tuple)])
            self._folder.forget("results-*", set(stores))

    def _write(self, contents: Mapping[str, bytes]) -> str:
        parts = [part for key, data in contents.items() for part in (key.encode(), b"\t", data, b"\n")]
        name = f"results-{digest_of(parts)}"
        self._folder.write(name, parts)
        return name


def key_of(config: str, kind: str, path: str, content: bytes) -> str:
    """Return the digest of everything on which the result of a file depends."""
    # A path may hold line breaks, and no NUL: nothing else can be put together to the same.
    head = f"{_identity()}\0{config}\0{kind}\0{path}\0".encode("utf-8", "surrogateescape")
    return digest_of((head, content))


def _rows(paths: Iterable[str], data: bytes) -> dict[str, FileRow]:
    """Read what is stored about each file; nothing if it has another shape, so that all files are checked."""
    with contextlib.suppress(ValueError, TypeError):
        return dict(zip(paths, map(FileRow._make, orjson.loads(data)), strict=True))
    return {}


def _found(forms: Mapping[str, Any]) -> dict[str, Found]:
    from dfsync.validation.encoding import Decoder

    decoder = Decoder(Found)
    return {path: decoder.read(form, path) for path, form in forms.items()}


def _identity() -> str:
    return f"{FORMAT} {identity()}"
