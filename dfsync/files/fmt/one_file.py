"""Canonical style: ambiguous text is quoted, fields are in order, and hours, spacing, modeline and end have one form.

Everything else stays as it is: comments, blank lines, needless quotes, anchors, line ends. Each step is kept only if
the file means the same afterwards.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import Any, Literal

from msgspec import Struct

from dfsync.errors import InputError
from dfsync.files.edit.nodes import Node, NodeKind, NodeTree, ScalarStyle, is_own, read_source, shaped
from dfsync.files.edit.splice import Splice, Splicer, spliced
from dfsync.files.edit.to_yaml import days_node
from dfsync.files.edit.write import quoted
from dfsync.files.fmt.layout import laid_out
from dfsync.files.fmt.reorder import MODELINE, reordered
from dfsync.files.schema_shape import Shape, shape_of, typed
from dfsync.files.storage.tree import Tree
from dfsync.files.yaml.ambiguity import other_reading
from dfsync.files.yaml.parse import NULLS, parse
from dfsync.model.hours.file_form.read import read_hours
from dfsync.model.settings import Config, HoursForm

FileName = Literal["site", "contact", "config"]


class FormatError(InputError):
    """The file can't be read, so it is left alone. The message says why and where, without the path."""


class Canon(Struct, frozen=True):
    """What is canonical here: the form of hours (None leaves them), and the schema in the modeline for editors."""

    hours: HoursForm | None = None
    modeline: str | None = None


def formatted(data: bytes, kind: FileName, canon: Canon) -> bytes:
    """Return a file in canonical style, with the same meaning. Raises `FormatError`."""
    parsed = parse(data)
    if parsed.problems:
        problem = parsed.problems[0]
        raise FormatError(f"{problem.span.line}:{problem.span.column}: {problem.message}", help=problem.help)
    shape = shape_of(kind)
    steps: tuple[Callable[[NodeTree], str | None], ...] = (
        lambda source: spliced(source.text, list(_hours(source, shape, canon.hours))),
        lambda source: spliced(source.text, list(_quotes(source, shape))),
        laid_out,
        lambda source: reordered(source, shape),
        lambda source: _with_modeline(source, canon.modeline),
        _with_last_line_end,
    )
    source = read_source(data)
    for step in steps:
        text = step(source)
        if text is None or text == source.text:
            continue
        after = source.encoded(text)
        if _meaning(after, kind) == _meaning(data, kind):
            data, source = after, read_source(after)
    return data


def canon(config: Config, tree: Tree, file: str, kind: FileName) -> Canon:
    """Return what dfsync.yaml asks of a file.

    Unless `fmt` says otherwise, hours keep their form. The modeline is written if the repository has the schema to
    which it leads (`dfsync init` puts it there).
    """
    own = f"schemas/{kind}.schema.json"
    modeline = None
    if config.fmt.modeline and tree.exists(own):
        modeline = posixpath.relpath(own, posixpath.dirname(file) or ".")
    return Canon(config.fmt.hours, modeline)


def _meaning(data: bytes, kind: FileName) -> Any:
    """Return what a file says, typed as the schema asks, with hours as the spans of each day; None if it is wrong."""
    parsed = parse(data)
    documents = [typed(document, shape_of(kind)) for document in parsed.documents]
    return None if parsed.problems else [_spelled_alike(document, "") for document in documents]


def _spelled_alike(value: Any, name: str) -> Any:
    if name == "operational_hours" and isinstance(value, (dict, list)):
        read = read_hours(value)
        if read.week is not None:
            return read.week.days
    if isinstance(value, dict):
        return {key: _spelled_alike(member, key) for key, member in value.items()}
    return [_spelled_alike(item, "") for item in value] if isinstance(value, list) else value


def _hours(source: NodeTree, shape: Shape, form: HoursForm | None) -> Iterator[Splice]:
    """Yield the splices that bring opening hours into a form, unless a comment or anchor would be lost."""
    if form is None:
        return
    other = NodeKind.SEQUENCE if form == "compact" else NodeKind.MAPPING
    for parent, key, node in _members(source, shape):
        if key.text != "operational_hours" or node.kind is not other or "#" in source.text[node.start : node.end]:
            continue
        if any(below.anchor or below.kind is NodeKind.ALIAS for below in node.walk()):
            continue
        week = read_hours(_plain(node)).week
        if week is not None and "profile" not in (key.text for key in node.keys):
            yield Splicer(source).replacement(parent, node, days_node(week.days, form))


def _quotes(source: NodeTree, shape: Shape) -> Iterator[Splice]:
    """Yield the splices that quote plain text which another reader would read as something else."""
    for _, key, _ in _members(source, shape):
        if _misread(key) and key.text != "<<":
            yield Splice(key.content, key.end, quoted(key.text))
    for document in source.documents:
        for node, of_node in shaped(document, shape):
            if _misread(node) and node.text not in NULLS and not of_node.types:
                yield Splice(node.content, node.end, quoted(node.text))


def _misread(node: Node) -> bool:
    if node.kind is not NodeKind.SCALAR or node.style is not ScalarStyle.PLAIN:
        return False
    return node.text in NULLS or other_reading(node.text) is not None


def _members(source: NodeTree, shape: Shape) -> Iterator[tuple[Node, Node, Node]]:
    """Yield every member of a mapping: the mapping, its key and its value. The user's own keys are left out."""
    for document in source.documents:
        for node, _ in shaped(document, shape):
            if node.kind is NodeKind.MAPPING:
                yield from ((node, key, value) for key, value in node.pairs() if not is_own(key))


def _plain(node: Node) -> Any:
    """Return what a node without aliases reads as."""
    if node.kind is NodeKind.MAPPING:
        return {key.text: _plain(value) for key, value in node.pairs()}
    if node.kind is NodeKind.SEQUENCE:
        return [_plain(value) for value in node.values]
    return None if node.style is ScalarStyle.PLAIN and node.text in NULLS else node.text


def _with_last_line_end(source: NodeTree) -> str:
    """End the last line, as every tool that adds lines to a file expects."""
    text = source.text
    return text if not text or text.endswith(("\n", "\r")) else f"{text}{source.newline}"


def _with_modeline(source: NodeTree, modeline: str | None) -> str:
    start = source.documents[0].start if source.documents else 0
    has_one = any(MODELINE.match(line.strip()) for line in source.text[:start].splitlines())
    if modeline is None or has_one or not source.documents:
        return source.text
    return f"# yaml-language-server: $schema={modeline}{source.newline}{source.text}"
