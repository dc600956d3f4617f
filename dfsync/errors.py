"""Every failure that dfsync reports on purpose, and its exit code.

This is the bottom layer: it imports nothing of the project. Of a `DfsyncError`, the user sees the message and the help,
if there is one. Any other exception that escapes is a defect.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes. Scripts rely on them; the documentation lists them."""

    OK = 0
    ERROR = 1
    DIFFERENCES = 2
    PARTIAL = 3
    NOT_SENT = 4
    REFUSED = 5
    USAGE = 64
    INTERRUPTED = 130


class DfsyncError(Exception):
    """A failure with a message for the user: what happened and where. `help` says what to do next."""

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class InputError(DfsyncError):
    """A file named by the user is missing, unreadable or not what it should be."""


class ConfigError(DfsyncError):
    """dfsync.yaml is missing, or does not say what a command needs."""


class UsageError(DfsyncError):
    """The command was called in a wrong way."""

    exit_code = ExitCode.USAGE


class ApiError(DfsyncError):
    """The API refused, could not be reached, or gave an answer that can't be used."""


class NotSentError(DfsyncError):
    """Nothing was sent: the plan is stale, altered or for another target, or the lock is held."""

    exit_code = ExitCode.NOT_SENT


class RefusedError(DfsyncError):
    """Nothing was sent: a guard refused. The message has the option that lets this plan through."""

    exit_code = ExitCode.REFUSED
