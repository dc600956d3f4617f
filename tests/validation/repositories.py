"""Small repositories for tests: files as text, written to a folder or kept in memory."""

from __future__ import annotations

from collections.abc import Mapping

from dfsync.findings import Finding
from dfsync.model.place import Span
from dfsync.validation.check import Checked, check
from tests.support.tree import MemoryTree, encoded

SITE = "id: site-1\nname: Downtown Store\n"


def tree_of(files: Mapping[str, str | bytes] | str) -> MemoryTree:
    """Return a tree with these files; a text alone is one site file. dfsync.yaml and a site are added when missing."""
    if isinstance(files, str):
        files = {"sites/downtown.yaml": files}
    whole: dict[str, str | bytes] = {"dfsync.yaml": "version: 1\n", **files}
    if set(whole) == {"dfsync.yaml"}:
        whole["sites/downtown.yaml"] = SITE
    return MemoryTree(encoded(whole))


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
