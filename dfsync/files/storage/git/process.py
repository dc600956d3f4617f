"""Runs git so that it ends: within a bounded time, without a question, and with all that it started.

A pull request may bring a folder that looks like a repository, and git would run what its `config` names. So only a
`.git` makes a repository here (git-config, safe.bareRepository, since 2.38). Nothing else may call git.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

_SETTINGS = (
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "maintenance.auto=false",
    "gc.auto=0",
    "protocol.ext.allow=never",
)
_LOOK_S = 1.0
_MOST_AT_ONCE = 65536


def command(root: Path) -> list[str]:
    """Return the command line of git in `root`: without housekeeping, and without programs that a folder names."""
    return ["git", "-C", str(root), *(part for setting in _SETTINGS for part in ("-c", setting))]


def started(whole: list[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a git command. It has no terminal, so that nothing can ask there. Raises OSError."""
    pipe = subprocess.PIPE
    return subprocess.Popen(whole, stdin=pipe, stdout=pipe, stderr=pipe, env=environment, start_new_session=True)


def completed(
    process: subprocess.Popen[bytes], longest_s: float, input: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Wait for a git command and return what it printed.

    Raises OSError, and `subprocess.TimeoutExpired` after `longest_s`; whatever git started is killed then. What git
    leaves running on purpose, as ssh does for the next connection, is not waited for.
    """
    until = time.monotonic() + longest_s
    unsent: bytes | None = input
    with process:
        try:
            while True:
                try:
                    left = until - time.monotonic()
                    out, err = process.communicate(unsent, timeout=max(min(left, _LOOK_S), 0.01))
                    break
                except subprocess.TimeoutExpired as late:
                    unsent = None
                    if process.poll() is not None and not _unread(process):
                        out, err = late.output or b"", late.stderr or b""
                        break
                    if time.monotonic() >= until:
                        raise
        except BaseException:
            kill(process)
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def _unread(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process that has ended left something to read. A computer that stood still reads it late."""
    still_open = [stream for stream in (process.stdout, process.stderr) if stream and not stream.closed]
    return os.name == "posix" and bool(select.select(still_open, [], [], 0)[0])


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process whose answer nobody wants any more."""
    kill(process)
    process.communicate()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started in a session of its own, and all that it started."""
    with suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


class BlobReader:
    """One `git cat-file --batch` that stays open.

    An answer that takes longer than `longest_s` seconds is an error, except on Windows, where a program can't wait for
    a pipe so long and no longer. No thread watches: a process that has one could not be forked.
    """

    def __init__(self, root: Path, environment: Mapping[str, str], longest_s: float) -> None:
        self._longest_s = longest_s
        self._process = subprocess.Popen(
            [*command(root), "cat-file", "--batch"],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )

    def read(self, name: str, most: int) -> bytes | None:
        """Return a blob; None if it is missing. Raises OSError if git dies or is late, ValueError for a large blob.

        After an error the reader is of no use any more.
        """
        until = time.monotonic() + self._longest_s
        cast(IO[bytes], self._process.stdin).write(name.encode() + b"\n")
        answer = bytearray()
        while b"\n" not in answer:
            answer += self._some(until)
        head, _, data = answer.partition(b"\n")
        words = head.split()
        if len(words) == 2:
            return None
        if len(words) != 3:
            raise OSError("git died")
        size = int(words[2])
        if size > most:
            raise ValueError("too large")
        while len(data) <= size:  # a line break follows
            data += self._some(until)
        return bytes(data[:size])

    def close(self) -> None:
        """End the process."""
        end(self._process)

    def _some(self, until: float) -> bytes:
        """Return the next output of git. Raises OSError if there is none before the deadline, or if git has ended."""
        reader = cast(IO[bytes], self._process.stdout)
        if os.name == "posix" and not select.select([reader], [], [], max(until - time.monotonic(), 0))[0]:
            raise OSError("git gave no answer")
        some = reader.read(_MOST_AT_ONCE)
        if not some:
            raise OSError("git died")
        return some
