"""What the last check found, kept in `.dfsync/cache` so that only what changed is checked again.

What is kept of a file counts for its content: its stamp (size, times, inode; of what git stores the blob) is believed
only when it is older than the check that took it, else the file is read and its digest compared, as after a fresh
checkout. All of it counts for one dfsync.yaml, one version of dfsync and of the data it judges by. Two files:
`last.json` has what decides whether anything changed, and what was found; `lines-<digest>` has the lines
(`dfsync.validation.lines`), read when somebody asks for sites.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from dfsync.files.storage.cache_folder import CacheFolder, digest_of, identity

FORMAT = 7
INLINE = -1
MOST_INLINE = 256
"""More lines than so many are written as a file of lines."""
_LAST = "last.json"


class CacheEntry(NamedTuple):
    """What is kept of one file: digests of its content and of what rules across files see of it, its line's row."""

    kind: str
    stamp: str | None
    content: str
    seen: str
    sites: int
    contacts: int
    row: int = INLINE


@dataclass
class Memory:
    """What is kept of one check.

    `config` is the digest of dfsync.yaml, `patterns` are its contact and site patterns, `template` is the other file
    that it names, `template_seen` what that was. `paths` are all files and `columns` their entries, turned, since most
    runs compare them as a whole. `told` has what was found in each file where something was, `rest` what was found
    elsewhere, which counts as long as `rest_key` is the same. `lines` are those that the file of lines does not have,
    which is that of the digest `base`.
    """

    config: str = ""
    patterns: Sequence[Sequence[str]] = ()
    template: str | None = None
    template_seen: str = ""
    paths: list[str] = field(default_factory=list)
    columns: Sequence[Sequence[Any]] = ((),) * len(CacheEntry._fields)
    told: dict[str, Any] = field(default_factory=dict)
    rest: Any = None
    rest_key: str = ""
    lines: dict[str, bytes] = field(default_factory=dict)
    base: str = ""

    @cached_property
    def entries(self) -> dict[str, CacheEntry]:
        """What is kept of each file, by its path."""
        return dict(zip(self.paths, map(CacheEntry._make, zip(*self.columns, strict=True)), strict=True))

    def is_of(self, kinds: Mapping[str, str], stamps: Mapping[str, str | None], template: str) -> bool:
        """Whether these are the files that were checked, and none was written since."""
        kind, stamp, *_ = self.columns
        known = [stamps[path] for path in kinds]
        same = self.paths == [*kinds] and kind == [*kinds.values()] and stamp == known and None not in known
        return same and template == self.template_seen and bool(self.rest_key)

    def counts(self) -> dict[str, tuple[int, int]]:
        """Return how many sites and contacts each file holds."""
        *_, sites, contacts, _ = self.columns
        return dict(zip(self.paths, zip(sites, contacts, strict=True), strict=True))

    def renew(self, entries: dict[str, CacheEntry]) -> None:
        """Keep these entries instead, in the order of their paths."""
        self.paths, self.columns = [*entries], [*zip(*entries.values(), strict=True)] or Memory.columns
        self.entries = entries


class Cache:
    """The cache of one repository; what is read from git is remembered apart, under a name of its own."""

    def __init__(self, root: Path, name: str = "") -> None:
        self._kept = CacheFolder(root, name)

    def load(self, config: str) -> Memory | None:
        """Return what is kept for a dfsync.yaml with this digest, None when there is nothing that can be used."""
        import orjson

        data = self._kept.read(_LAST)
        if data is None:
            return None
        with contextlib.suppress(ValueError, TypeError, KeyError, AttributeError):
            kept = orjson.loads(data)
            if kept["identity"] != _identity() or kept["config"] != config:
                return None
            memory = Memory(
                config,
                kept["patterns"],
                kept["template"],
                kept["template_seen"],
                kept["paths"],
                kept["columns"],
                kept["told"],
                kept["rest"],
                kept["rest_key"],
                {path: line.encode() for path, line in kept["lines"].items()},
                kept["base"],
            )
            sizes = {len(column) for column in memory.columns}
            return memory if sizes == {len(memory.paths)} and len(memory.columns) == len(CacheEntry._fields) else None
        return None

    def lines(self, memory: Memory) -> Sequence[bytes] | None:
        """Return the lines of the file that entries' rows count, None when it is not there or broken."""
        data = self._kept.read(f"lines-{memory.base}")
        return None if data is None else data.split(b"\n")[:-1]

    def save(self, memory: Memory, lines: Mapping[str, bytes] | None = None) -> None:
        """Keep a check; all `lines` when they are given, else those of `memory.lines` beside the file of lines."""
        import orjson

        with contextlib.suppress(OSError, ValueError, TypeError):
            if lines is not None:
                self._save_lines(memory, lines)
            kept = {
                "identity": _identity(),
                "config": memory.config,
                "patterns": memory.patterns,
                "template": memory.template,
                "template_seen": memory.template_seen,
                "paths": memory.paths,
                "columns": memory.columns,
                "told": memory.told,
                "rest": memory.rest,
                "rest_key": memory.rest_key,
                "lines": {path: line.decode() for path, line in memory.lines.items()},
                "base": memory.base,
            }
            self._kept.write(_LAST, [orjson.dumps(kept)])
            self._kept.forget("lines-*", {f"lines-{memory.base}"})

    def _save_lines(self, memory: Memory, lines: Mapping[str, bytes]) -> None:
        memory.renew({path: memory.entries[path]._replace(row=row) for row, path in enumerate(lines)})
        parts = [part for line in lines.values() for part in (line, b"\n")]
        memory.base, memory.lines = digest_of(parts), {}
        self._kept.write(f"lines-{memory.base}", parts)


def _identity() -> str:
    return f"{FORMAT} {identity()}"
