"""Writes results: to stdout, or to a file that appears only when it is complete."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dfsync.errors import InputError, UsageError
from dfsync.files.storage.atomic_write import replacing
from dfsync.model.text import shortened, visible

if TYPE_CHECKING:
    from dfsync.commands.invocation.context import Invocation


def write_output(path: str | None, text: str, invocation: Invocation) -> None:
    """Write a result to a file, which is replaced as a whole, or to stdout for None and `-`. Raises `InputError`."""
    if path is None or path == "-":
        invocation.result(text)
    else:
        write_file(Path(path), [text.encode()])


format_option: Callable[[Any], Any] = click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", help="The format of the output."
)
"""For commands that print text for people or JSON for programs."""


def chosen_format(format: str | None, output: Path | None, known: Sequence[str], default: str) -> str:
    """Return the format that was asked for, else the one that the file's name says, else the default.

    Raises `UsageError` for the name of a spreadsheet program's own file, which would not be one.
    """
    ending = output.suffix.lower().removeprefix(".") if output is not None else ""
    if ending in ("xlsx", "xls", "ods") and output is not None:
        raise UsageError(
            f"{shortened(str(output))} is named like a workbook, and none is written here",
            help=f"name it {shortened(output.stem)}.csv, which spreadsheet programs open",
        )
    return format or (ending if ending in known else default)


def write_stream(path: Path | None, chunks: Iterable[bytes]) -> None:
    """Write chunks to a file, which is replaced as a whole, or to stdout without a path. Raises `InputError`."""
    if path is not None:
        write_file(path, chunks)
        return
    sys.stdout.buffer.writelines(map(_harmless, chunks) if sys.stdout.isatty() else chunks)
    sys.stdout.buffer.flush()


def _harmless(chunk: bytes) -> bytes:
    """Return text with escapes for what a terminal would obey; CSV itself has none."""
    lines = chunk.decode("utf-8", "replace").splitlines(keepends=True)
    return "".join(visible(line.rstrip("\r\n")) + line[len(line.rstrip("\r\n")) :] for line in lines).encode()


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace a file as a whole and create its folders. Until then the old file stays. Raises `InputError`."""
    if path.is_dir():
        raise InputError(f"{shortened(str(path))} is a folder, so nothing is written", help="name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.writelines(chunks)
    except OSError as error:
        raise InputError(f"{shortened(str(path))} can't be written: {error.strerror}") from error
