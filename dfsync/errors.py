"""Every failure that dfsync reports on purpose, and the exit code that goes with it.

This is the bottom layer: it imports nothing of the project. A `DfsyncError` is shown to the user as its
message and, when there is one, its help; anything else that escapes is a defect.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on; the table stands in the README."""

    OK = 0
    ERROR = 1
    DIFFERENCES = 2
    PARTIAL = 3
    NOT_SENT = 4
    REFUSED = 5
    USAGE = 64
    INTERRUPTED = 130


class DfsyncError(Exception):
    """A failure with a message for the user: what happened and where; `help` says what to do next."""

    exit_code: ExitCode = ExitCode.ERROR

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class InputError(DfsyncError):
    """A file named by the user is missing, unreadable or not what it should be."""


class ConfigError(DfsyncError):
    """dfsync.yaml is missing, or does not say what a command needs to know."""


class UsageError(DfsyncError):
    """The command was called in a way that can't be meant."""

    exit_code = ExitCode.USAGE


class ApiError(DfsyncError):
    """The API refused, could not be reached, or answered something that can't be believed."""


class NotSentError(DfsyncError):
    """Nothing was sent: the plan is stale, altered or for another target, or the lock is held."""

    exit_code = ExitCode.NOT_SENT


class RefusedError(DfsyncError):
    """Nothing was sent: a guard refused; the message says which words let this plan through."""

    exit_code = ExitCode.REFUSED
