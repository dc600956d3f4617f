"""Formats many files, on all cores. Files that are known to be canonical are not formatted again.

A hook formats the whole repository at every commit. Canonical files are remembered by their content and by what was
asked of them, so that an untouched file only has to be read.
"""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

import orjson
from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.fmt.one_file import Canon, FileName, FormatError, canon, formatted
from dfsync.files.storage.cache_folder import CacheFolder, digest, identity
from dfsync.files.storage.tree import Tree, UnreadableFileError
from dfsync.model.settings import Config
from dfsync.runtime.parallel import Count, spread

_NAME = "canonical.json"
_CANONICAL = b"canonical"
_MOST = 100_000
"""The number of digests of old contents above which the cache keeps only the digests of this run."""


class NonCanonicalFile(Struct, frozen=True):
    """A file that is not canonical: as it is and as it should be; None if it can't be read."""

    file: str
    before: bytes
    after: bytes | None
    error: InputError | None = None


def format_all(
    tree: Tree, config: Config, files: Mapping[str, FileName], kept: CacheFolder, count: Count | None = None
) -> list[NonCanonicalFile]:
    """Return the files that are not in canonical style, in their order. `kept` is the cache of those that are.

    `count` is told how far it is.
    """

    @cache
    def canon_of(folder: str, kind: FileName) -> Canon:
        return canon(config, tree, posixpath.join(folder, "any.yaml"), kind)

    known, canonical = _known(kept), set[str]()
    found: dict[str, NonCanonicalFile] = {}
    pending: dict[str, tuple[str, bytes]] = {}
    for file, kind in files.items():
        try:
            data = tree.read(file)
        except UnreadableFileError as error:
            found[file] = NonCanonicalFile(file, b"", None, InputError(f"{file} {error.message}", help=error.help))
            continue
        key = digest(f"{kind} {canon_of(posixpath.dirname(file), kind)}\n".encode() + data)
        if key in known:
            canonical.add(key)
        else:
            pending[file] = key, data

    def work(some: Iterable[str]) -> Iterator[bytes]:
        for file in some:
            yield _form(pending[file][1], files[file], canon_of(posixpath.dirname(file), files[file]))

    sizes = [len(data) for _, data in pending.values()]
    for (file, (key, data)), form in zip(pending.items(), spread(work, [*pending], sizes, count), strict=True):
        if form == _CANONICAL:
            canonical.add(key)
        else:
            found[file] = _read(file, data, form)
    if not canonical <= known:
        _remember(kept, known | canonical if len(known) < _MOST + len(canonical) else canonical)
    return [found[file] for file in files if file in found]


def _form(data: bytes, kind: FileName, asked: Canon) -> bytes:
    """Return the outcome of one file as JSON without line breaks, since another process may send it."""
    try:
        after = formatted(data, kind, asked)
    except FormatError as error:
        return orjson.dumps({"message": error.message, "help": error.help})
    return _CANONICAL if after == data else orjson.dumps({"after": after.decode()})


def _read(file: str, before: bytes, form: bytes) -> NonCanonicalFile:
    outcome = orjson.loads(form)
    if "after" in outcome:
        return NonCanonicalFile(file, before, outcome["after"].encode())
    error = InputError(f"{file}:{outcome['message']}; it was left alone", help=outcome["help"])
    return NonCanonicalFile(file, before, None, error)


def _known(kept: CacheFolder) -> AbstractSet[str]:
    with contextlib.suppress(ValueError, TypeError, KeyError):
        document = orjson.loads(kept.read(_NAME) or b"")
        if document["identity"] == identity():
            return frozenset(key for key in document["canonical"] if isinstance(key, str))
    return frozenset()


def _remember(kept: CacheFolder, canonical: AbstractSet[str]) -> None:
    with contextlib.suppress(OSError):
        kept.write(_NAME, [orjson.dumps({"identity": identity(), "canonical": sorted(canonical)})])
