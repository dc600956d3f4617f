"""Caches refreshed tokens where only the user can read them, so that fifty CI steps do not refresh fifty times.

The cache is a folder of mode 0700 outside any repository. It has a file of mode 0600 for each target and refresh token,
named by their digest. A cache that can't be used is not an error: the token then lives as long as the command.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import orjson
from msgspec import Struct

from dfsync.api.redact import Secret
from dfsync.files.storage.atomic_write import replacing
from dfsync.model.settings import Target

_LOCK_S = 30.0
_MOST_BYTES = 100_000
_REPOSITORY_MARKS = ("dfsync.yaml", ".git")


class CachedToken(Struct, frozen=True):
    """A token and the second (Unix time) until which it is used."""

    secret: Secret
    until: float


class TokenCache:
    """The cache of one target and refresh token."""

    def __init__(self, folder: Path | None, target: Target, refresh_token: Secret) -> None:
        form = (target.customer_id, target.base_url, target.auth_url, target.token_kind, refresh_token.reveal())
        name = hashlib.sha256(orjson.dumps(form)).hexdigest()[:40]
        self.path = (folder or Path()) / f"{name}.json"
        self._usable = folder is not None and _prepared(folder)

    def load(self) -> CachedToken | None:
        """Return the cached token; None if there is none, or if others could have read or written it."""
        if not self._usable:
            return None
        try:
            form = orjson.loads(_read_private(self.path))
            return CachedToken(Secret(str(form["token"])), float(form["until"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def store(self, token: CachedToken) -> None:
        """Store the token, replacing the file in one step. If the folder can't be written, nothing is stored."""
        if not self._usable:
            return
        with suppress(OSError), replacing(self.path, 0o600) as file:
            file.write(orjson.dumps({"token": token.secret.reveal(), "until": token.until}))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock, so that one process refreshes and the others read. Without a lock all go on alone."""
        from filelock import FileLock, Timeout

        lock = FileLock(self.path.with_suffix(".lock"), timeout=_LOCK_S, mode=0o600) if self._usable else None
        held = False
        if lock is not None:
            with suppress(OSError, Timeout):
                lock.acquire()
                held = True
        try:
            yield
        finally:
            if lock is not None and held:
                lock.release()


def default_folder() -> Path | None:
    """Return the user's cache folder for tokens; None for a user without a home, as containers are run with."""
    from platformdirs import user_cache_path

    try:
        return user_cache_path("dfsync", appauthor=False) / "tokens"
    except RuntimeError:
        return None


def _prepared(folder: Path) -> bool:
    """Make the folder private. Returns False if that is impossible, or if the folder is inside a repository."""
    if any((parent / mark).exists() for parent in folder.resolve().parents for mark in _REPOSITORY_MARKS):
        return False
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_open_to_others(folder.lstat()):
            folder.chmod(0o700)
        return stat.S_ISDIR(folder.lstat().st_mode)
    except OSError:
        return False


def _read_private(path: Path) -> bytes:
    """Read a file that only this user can read. Raises OSError if it is a link or open to others."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if _is_open_to_others(found):
            raise PermissionError(f"{path} is open to others")
        return file.read(_MOST_BYTES)


def _is_open_to_others(found: os.stat_result) -> bool:
    if os.name != "posix":
        return False
    return bool(found.st_mode & 0o077) or found.st_uid != os.geteuid()
