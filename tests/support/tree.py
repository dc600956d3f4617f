"""A tree of files that is held in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dfsync.files.storage.glob import matches
from dfsync.files.storage.tree import UnreadableFileError


@dataclass
class MemoryTree:
    """Has files by their paths, in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def paths(self, patterns: Sequence[str]) -> list[str]:
        return sorted(path for path in self.files if any(matches(path, pattern) for pattern in patterns))

    def names(self) -> Iterator[str]:
        yield from self.files

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise UnreadableFileError("can't be read: No such file or directory")
        return self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files


def encoded(files: Mapping[str, str | bytes]) -> dict[str, bytes]:
    """Return files whose texts are encoded as UTF-8."""
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
