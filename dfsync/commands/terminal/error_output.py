"""Shows the error with which a command ends: in words on stderr, and as JSON on stdout if JSON was asked for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from dfsync.errors import DfsyncError, ExitCode
from dfsync.model.text import json_document, visible

if TYPE_CHECKING:
    from dfsync.findings import Findings


_WITH_VALUE = ("-C", "--target", "--log-format", "--color")
"""Global options that a value follows."""


class FindingsError(DfsyncError):
    """The files have errors. `findings` are all of them."""

    def __init__(self, message: str, findings: Findings, *, help: str | None = None) -> None:
        super().__init__(message, help=help)
        self.findings = findings


def findings_of(error: DfsyncError) -> Findings | None:
    """Return the findings of an error, if it has any."""
    return error.findings if isinstance(error, FindingsError) else None


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, even if it is otherwise wrong. The last `--format` counts.

    `export` writes JSON to stdout unless it is told something else.
    """
    words = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    formats = []
    for word, value in pairwise([*words, ""]):
        if word == "--format" or word.startswith("--format="):
            formats.append(value if word == "--format" else word.removeprefix("--format="))
    if formats:
        return formats[-1] == "json"
    return _command(words) == "export" and not any(word.startswith("--output") for word in words)


def _command(words: Sequence[str]) -> str | None:
    """Return the first word that is neither a global option nor the value of one."""
    behind = pairwise(["", *words])
    return next((word for before, word in behind if not word.startswith("-") and before not in _WITH_VALUE), None)


class ErrorOutput(Struct, frozen=True):
    """Shows the error that a command ends with."""

    as_json: bool = False

    def show(self, code: ExitCode, message: str, help: str | None = None, findings: Findings | None = None) -> ExitCode:
        """Show the error, and return its exit code."""
        if self.as_json:
            self._document(code, message, help, findings)
        complain(message, help)
        return code

    def _document(self, code: ExitCode, message: str, help: str | None, findings: Findings | None) -> None:
        from dfsync.report.diagnostics.json import entry

        document = {
            "format": "dfsync/error",
            "format_version": 1,
            "exit_code": int(code),
            "message": message,
            "help": help,
            "diagnostics": [entry(diagnostic) for diagnostic in findings.diagnostics] if findings else [],
        }
        try:
            sys.stdout.write(json_document(document, ascii=True))
            sys.stdout.flush()
        except OSError:  # nobody reads stdout; stderr and the exit code say the same
            pass


def complain(message: str, help: str | None = None) -> None:
    """Show an error, and what to do next if that is known."""
    lines = [f"error: {_lines(message)}"]
    if help:
        lines.append(f"  help: {_lines(help)}")
    click.echo("\n".join(lines), err=True)


def _lines(text: str) -> str:
    return "\n  ".join(visible(line) for line in text.split("\n"))
