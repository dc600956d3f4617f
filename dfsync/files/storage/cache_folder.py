"""The folder `.dfsync/cache`. A file in it is ignored if it is broken, old, or from elsewhere.

Each file begins with a digest of the rest and contains plain data, so a broken file is recognised and a planted one
runs no code. A file that a pull request may have brought is ignored too. Writing is atomic, and no failure of it is an
error.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import Path

from dfsync import __version__
from dfsync.files.storage.atomic_write import hide_from_git, replacing
from dfsync.files.storage.safe_open import is_in_place, read_plain
from dfsync.runtime.resources import sources

FOLDER = Path(".dfsync") / "cache"
_DATA = frozenset({"jsonschema", "jsonschema_rs", "pyyaml", "tzdata"})


class CacheFolder:
    """A folder of the cache of one repository: the folder itself, or one below it."""

    def __init__(self, root: Path, name: str = "") -> None:
        self._root = root
        self._folder = root / FOLDER / name

    def read(self, name: str) -> bytes | None:
        """Return what was stored under a name; None if it is not there or broken, or if anybody may write to it.

        `write` creates files that nobody may write to. git, which brings the files of a pull request, never does.
        """
        try:
            if not is_in_place(self._root, self._folder):
                return None
            data, mode = read_plain(self._folder / name)
        except (OSError, ValueError):
            return None
        mark, data = data[:32], data[32:]
        is_ours = not mode & 0o222 or os.name != "posix"
        return data if is_ours and digest(data).encode() == mark else None

    def write(self, name: str, parts: Collection[bytes]) -> None:
        """Store data, in parts, under a name. Raises OSError if that is impossible, for example because of a link."""
        self._write(name, digest_of(parts), parts)

    def add(self, kind: str, parts: Collection[bytes]) -> str:
        """Store data, in parts, under a name of their own, `kind-<digest>`, and return it. Raises as `write` does."""
        mark = digest_of(parts)
        self._write(name := f"{kind}-{mark}", mark, parts)
        return name

    def _write(self, name: str, mark: str, parts: Iterable[bytes]) -> None:
        if not is_in_place(self._root, self._folder):
            raise OSError(f"{FOLDER} is a link")
        self._folder.mkdir(parents=True, exist_ok=True)
        hide_from_git(self._root / FOLDER.parent)
        with replacing(self._folder / name, 0o444) as file:
            file.write(mark.encode())
            file.writelines(parts)

    def forget(self, pattern: str, but: Collection[str]) -> None:
        """Remove the files whose names match a pattern, except some."""
        for old in self._folder.glob(pattern):
            if old.name not in but:
                with contextlib.suppress(OSError):  # a folder of that name is none of ours
                    old.unlink()


def digest(data: bytes) -> str:
    """Return the digest of bytes, 32 hex digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_of(parts: Iterable[bytes]) -> str:
    """Return the digest of bytes that come in parts."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(part)
    return found.hexdigest()


@cache
def identity() -> str:
    """Return the digest of what results depend on besides the files: dfsync, Python, and the data of packages."""
    parts = [f"{__version__} {sys.version}", *sorted(_installed())]
    parts += sorted(sources())
    return digest("\n".join(parts).encode())


def _installed() -> Iterator[str]:
    """Yield the names of the folders that have the versions of the packages that parse and check."""
    for folder in sys.path:
        with contextlib.suppress(OSError):
            names = os.listdir(folder or ".")  # noqa: PTH208  (names alone; every hook asks)
            yield from (n for n in names if n.endswith(".dist-info") and n.partition("-")[0].lower() in _DATA)
