"""Writes results: to stdout, or to a file that appears only when it is complete."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dfsync.errors import InputError
from dfsync.model.text import shortened

if TYPE_CHECKING:
    from dfsync.commands.context import Invocation


def write_output(path: str | None, text: str, invocation: Invocation) -> None:
    """Write a result to a file, which is replaced as a whole, or to stdout for None and `-`. Raises `InputError`."""
    if path is None or path == "-":
        invocation.result(text)
    else:
        write_file(Path(path), [text.encode()])


format_option: Callable[[Any], Any] = click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", help="The form of the output."
)
"""For commands that print text for people or JSON for programs."""


def write_stream(path: Path | None, chunks: Iterable[bytes]) -> None:
    """Write chunks to a file, which is replaced as a whole, or to stdout without a path. Raises `InputError`."""
    if path is not None:
        write_file(path, chunks)
        return
    sys.stdout.buffer.writelines(chunks)
    sys.stdout.buffer.flush()


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace a file as a whole and create its folders. Until then the old file stays. Raises `InputError`."""
    from dfsync.files.storage.atomic_write import replacing

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.writelines(chunks)
    except OSError as error:
        raise InputError(f"{shortened(str(path))} can't be written: {error.strerror}") from error
