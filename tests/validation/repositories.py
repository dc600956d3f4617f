"""Small repositories for tests: files as text, written to a folder or kept in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dfsync.files.storage.glob import matches
from dfsync.files.storage.tree import UnreadableFileError
from dfsync.findings import Finding
from dfsync.model.place import Span
from dfsync.validation.check import Checked, check

SITE = "id: site-1\nname: Downtown Store\n"


@dataclass(frozen=True)
class TreeOf:
    """A tree whose files are held in memory."""

    files: Mapping[str, bytes]

    def paths(self, patterns: Sequence[str]) -> list[str]:
        return sorted(path for path in self.files if any(matches(path, pattern) for pattern in patterns))

    def stamps(self, patterns: Sequence[str]) -> dict[str, str | None]:
        return dict.fromkeys(self.paths(patterns))

    def names(self) -> Iterator[str]:
        yield from self.files

    def is_settled(self, stamp: str, began_ns: int) -> bool:
        return False

    def size(self, path: str) -> int | None:
        return len(self.files[path]) if path in self.files else None

    def read(self, path: str) -> bytes:
        if path not in self.files:
            raise UnreadableFileError("can't be read: No such file or directory")
        return self.files[path]

    def exists(self, path: str) -> bool:
        return path in self.files


def tree_of(files: Mapping[str, str | bytes] | str) -> TreeOf:
    """Return a tree with these files; a text alone is one site file. dfsync.yaml and a site are added when missing."""
    if isinstance(files, str):
        files = {"sites/downtown.yaml": files}
    whole: dict[str, str | bytes] = {"dfsync.yaml": "version: 1\n", **files}
    if set(whole) == {"dfsync.yaml"}:
        whole["sites/downtown.yaml"] = SITE
    return TreeOf({path: text if isinstance(text, bytes) else text.encode() for path, text in whole.items()})


def checked(files: Mapping[str, str | bytes] | str) -> Checked:
    """Return the check of a repository with these files."""
    return check(tree_of(files))


def found(files: Mapping[str, str | bytes] | str) -> tuple[Finding, ...]:
    """Return all diagnostics of a repository with these files."""
    return checked(files).findings.diagnostics


def codes(files: Mapping[str, str | bytes] | str) -> list[str]:
    """Return the codes of all diagnostics, in their order."""
    return [diagnostic.code for diagnostic in found(files)]


def marked(files: Mapping[str, str | bytes] | str, diagnostic: Finding) -> str:
    """Return the text that a diagnostic marks."""
    assert diagnostic.file is not None
    assert diagnostic.span is not None
    return part_of(tree_of(files).read(diagnostic.file), diagnostic.span)


def part_of(data: bytes, span: Span) -> str:
    """Return the text of a file from a span's start to its end."""
    lines = data.decode(errors="replace").removeprefix("\ufeff").splitlines()
    part = lines[span.line - 1 : span.end_line]
    if not part:
        return ""
    part[-1] = part[-1][: span.end_column - 1]
    part[0] = part[0][span.column - 1 :]
    return "\n".join(part)
