"""The database of the sandbox: a SQLite file, or memory."""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dfsync.errors import InputError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sites (
    number INTEGER PRIMARY KEY,   -- the internal id of the traffic API
    id TEXT NOT NULL UNIQUE,
    row TEXT NOT NULL,            -- what is stored, JSON
    spelled BLOB NOT NULL,        -- what the export says, JSON
    truth TEXT                    -- what the synthetic traffic is made from, JSON
);
CREATE TABLE IF NOT EXISTS contacts (key TEXT PRIMARY KEY, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS late (id TEXT PRIMARY KEY, spelled BLOB, until REAL NOT NULL); -- what the export still says
CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, query TEXT NOT NULL,
    client_port INTEGER, at REAL NOT NULL, started INTEGER NOT NULL, finished INTEGER, status INTEGER,
    sites BLOB, site_contacts BLOB, body BLOB
);
"""


class Database:
    """One connection, shared by the threads of the server and of the test. Every statement takes the lock."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise InputError(f"{path} can't be used as the sandbox's database: {error}") from error
        self.close = weakref.finalize(self, self._connection.close)

    def execute(self, statement: str, *values: Any, **named: Any) -> list[tuple[Any, ...]]:
        """Run one statement, with values by place or by name, and return its rows."""
        with self._lock:
            return self._connection.execute(statement, named or values).fetchall()

    def execute_many(self, statement: str, rows: Iterator[tuple[Any, ...]]) -> None:
        """Run one statement for many rows, all of them or none."""
        with self.transaction():
            self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Hold the lock. The statements of the block take effect together, or not at all if an exception leaves it."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def attempt(self) -> Iterator[Callable[[], object]]:
        """Inside a transaction, yield a function that undoes what the block has executed."""
        self._connection.execute("SAVEPOINT attempt")
        yield lambda: self._connection.execute("ROLLBACK TO attempt")
        self._connection.execute("RELEASE attempt")

    def remembered(self, key: str, new: str) -> str:
        """Return the value stored under `key`. The first time, store and return `new`."""
        self.execute("INSERT OR IGNORE INTO meta VALUES (?, ?)", key, new)
        return str(self.execute("SELECT value FROM meta WHERE key = ?", key)[0][0])

    def remember(self, key: str, value: str) -> None:
        """Store `value` under `key`."""
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)
