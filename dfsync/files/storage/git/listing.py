"""What git stores below the root, walked like a folder on disk.

Links are followed, and each real folder is entered once. Pure: names and blobs in, paths out.
`dfsync.files.storage.tree.WorkTree` walks a folder on disk in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from dfsync.files.storage.glob import any_of, base, leaves_root
from dfsync.files.storage.safe_open import NOT_OURS
from dfsync.files.storage.tree import LEAVES, NO_TEXT, UnreadableFileError, is_text

NOWHERE = "is a link that leads nowhere"
CONFLICT = "has a conflict that is not resolved"
SUBMODULE = "is a submodule, whose files this repository does not have"
_MOST_LINKS = 40


class GitListing(Struct, frozen=True, dict=True):
    """Blobs by path, targets of links by path, and paths that can't be read with the reason."""

    files: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def found(self, patterns: Sequence[str]) -> dict[str, str | None]:
        """Return the paths that match any of the patterns with their blobs; None for what can't be read.

        Folders that can't be entered are included, so that reading them fails: their content must not be ignored
        silently.
        """
        patterns = tuple(pattern for pattern in patterns if not leaves_root(pattern))
        if not (self.links or self.refused or any(_hidden(base(pattern)) for pattern in patterns)):
            match = any_of(patterns).match
            return {path: blob for path, blob in self._seen.items() if match(path)}
        found: dict[str, str | None] = {}
        for folder in dict.fromkeys(map(base, patterns)):
            match = any_of(tuple(pattern for pattern in patterns if base(pattern) == folder)).match
            here = self._walk(folder)
            found.update((path, blob) for path, blob, is_file in here if not is_file or match(path))
        return found

    def blobs(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the blobs of the files that paths lead to, None for one that can't be read."""
        if not self.links:
            return {path: self.files.get(path) for path in paths}
        found: dict[str, str | None] = {}
        for path in paths:
            try:
                found[path] = self.blob(path)
            except UnreadableFileError:
                found[path] = None
        return found

    def blob(self, path: str) -> str | None:
        """Return the blob of the file that a path leads to; None if there is none. Raises `UnreadableFileError`."""
        if not is_text(path):
            raise UnreadableFileError(NO_TEXT)
        real = self._real(path)
        if real is None:
            raise UnreadableFileError(LEAVES)
        if real in self.refused:
            raise UnreadableFileError(self.refused[real])
        if real not in self.files and path in self.links:
            raise UnreadableFileError(NOWHERE)
        return self.files.get(real)

    def _walk(self, folder: str) -> Iterator[tuple[str, str | None, bool]]:
        """Yield paths with their blobs, and whether each is a file; a folder that can't be entered is not."""
        pending, linked = [folder], list[str]()
        seen: set[str] = set()
        while pending or linked:
            current = pending.pop() if pending else linked.pop()
            real = self._real(current)
            if real is None:
                yield current, None, False
                continue
            if real in seen or real not in self._folders:
                continue
            seen.add(real)
            folders, links = list[str](), list[str]()
            for name in self._folders[real]:
                if name.startswith("."):
                    continue
                path, place = _below(current, name), _below(real, name)
                if place in self._folders:
                    folders.append(path)
                    continue
                target = self._real(place)
                if target is None or target in self._folders:
                    links.append(path)
                else:
                    yield path, self.files.get(target), self.refused.get(target) != SUBMODULE
            pending += sorted(folders, reverse=True)
            linked += sorted(links, reverse=True)

    @cached_property
    def _seen(self) -> dict[str, str]:
        """Return the files that are not hidden, with their blobs."""
        return {path: blob for path, blob in self.files.items() if "/." not in path and path[0] != "."}

    @cached_property
    def _folders(self) -> dict[str, list[str]]:
        """Return the names in each folder."""
        folders: dict[str, list[str]] = {"": []}
        for path in _all(self.files, self.links, self.refused):
            folder, _, name = path.rpartition("/")
            while folder not in folders:
                folders[folder] = [name]
                folder, _, name = folder.rpartition("/")
            folders[folder].append(name)
        return folders

    def _real(self, path: str) -> str | None:
        """Return where a path leads when all links on the way are followed; None if that is outside the root."""
        ahead, done = path.split("/")[::-1], list[str]()
        followed = 0
        while ahead:
            part = ahead.pop()
            if part == "..":
                if not done:
                    return None
                done.pop()
            elif part not in ("", "."):
                done.append(part)
                target = self.links.get("/".join(done))
                if target is not None:
                    followed += 1
                    if followed > _MOST_LINKS or target.startswith("/"):
                        return None
                    done.pop()
                    ahead += target.split("/")[::-1]
        return None if not NOT_OURS.isdisjoint(done) else "/".join(done)


def _all(*paths: Iterable[str]) -> Iterator[str]:
    for some in paths:
        yield from some


def _hidden(path: str) -> bool:
    return path.startswith(".") or "/." in path


def _below(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
