"""The results of all files: those of this check, and those that the last check stored.

A result stays encoded until somebody asks for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dfsync.validation.results.known_files import KnownFiles, LostResultError, read_row
from dfsync.validation.results.result_cache import FileResult, FileRow

if TYPE_CHECKING:
    from dfsync.model.settings import Config
    from dfsync.model.site import Desired
    from dfsync.validation.results.file_content import DesiredReader, FileView


class Results:
    """The results of the files of a tree, in the order of the files.

    With `reader`, entries are read as they come, since nobody else needs them encoded.
    """

    def __init__(self, files: KnownFiles, reader: DesiredReader | None = None) -> None:
        self._files = files
        self._reader = reader
        self._views: deque[FileView] = deque()
        self.fresh: dict[str, FileResult] = {}

    def add(self, path: str, result: FileResult, view: FileView, entries: bytes) -> None:
        """Add the result of a file that was checked. Files come in their order."""
        from dfsync.validation.encoding import SEPARATOR

        self.fresh[path] = result
        self._views.append(view)
        if self._reader is not None:
            self._reader.read(entries.split(SEPARATOR), path)

    def rows(self) -> dict[str, FileRow]:
        """Return the rows of all files. Raises `LostResultError`."""
        return {path: self._row(path) for path in self._files.kinds}

    def views(self) -> Iterator[FileView]:
        """Yield what rules across files see of all files, once. Raises `LostResultError`."""
        from dfsync.validation.encoding import SEPARATOR, Decoder
        from dfsync.validation.results.file_content import FileView

        decode = Decoder(FileView).decode
        with _lost_if_broken():
            for path in self._files.kinds:
                if path in self.fresh:
                    yield self._views.popleft()
                else:
                    view, _ = self._stored(path).split(SEPARATOR, 1)
                    yield decode(view, path)

    def desired(self, config: Config, *, last: bool = False) -> Desired:
        """Return what all files say. Raises `LostResultError`.

        If it is the `last` time that results are read, they are given away one by one, to save memory.
        """
        from dfsync.validation.encoding import SEPARATOR
        from dfsync.validation.results.file_content import DesiredReader

        if self._reader is not None:
            return self._reader.desired()
        reader = DesiredReader(config)
        with _lost_if_broken():
            for path in self._files.kinds:
                fresh = self.fresh.pop(path, None) if last else self.fresh.get(path)
                content = self._stored(path, last=last) if fresh is None else fresh.content
                reader.read(content.split(SEPARATOR)[1:], path)
        return reader.desired()

    def _row(self, path: str) -> FileRow:
        return self.fresh[path].row if path in self.fresh else read_row(self._files.rows[path])

    def _stored(self, path: str, *, last: bool = False) -> bytes:
        """Return what the cache has of a file: its view and its entries, encoded."""
        key, contents = self._row(path).key, self._files.contents
        return contents.pop(key) if last else contents[key]


@contextmanager
def _lost_if_broken() -> Iterator[None]:
    """Raise `LostResultError` for what the cache does not have, or has in another shape."""
    from dfsync.validation.encoding import BrokenDataError

    try:
        yield
    except (LookupError, ValueError, BrokenDataError) as error:
        raise LostResultError from error
