"""dfsync at a terminal: real prompts, real answers, a real Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import pack

from tests.support.waiting import PATIENCE_S

CTRL_C, CTRL_D = "\x03", "\x04"
_MODULE = ("-m", "dfsync")
_AGAIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Session:
    """The exit code, what the terminal showed, and what went to a pipe instead."""

    code: int
    shown: str
    piped: str = ""


def at_terminal(
    root: Path,
    *arguments: str,
    answers: Sequence[str] = (),
    prompts: tuple[str, ...] = ("[y/N]:",),
    piped: str = "",
    columns: int = 200,
    program: Sequence[str] = _MODULE,
    environment: Mapping[str, str] | None = None,
) -> Session:
    """Run a command at a terminal of its own, and give an answer each time that a prompt ends what is shown.

    `piped` is "stdout" or "stderr", for the one that is no terminal.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, pack("HHHH", 40, columns, 0, 0))
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = subprocess.Popen(
        ["sh", "-c", f'exec "$@" <{os.ttyname(theirs)}', "sh", sys.executable, *program, *arguments],
        cwd=root,
        env={**os.environ, **(environment or {}), "TERM": "xterm"},
        start_new_session=True,  # the terminal that its leader opens is its own: Ctrl-C is a signal there
        **{**streams, **({piped: subprocess.PIPE} if piped else {})},
    )
    os.close(theirs)
    try:
        shown, aside = _dialogue(process, ours, list(answers), prompts)
        code = process.wait(PATIENCE_S)
    finally:
        process.kill()  # of no effect on one that has ended
        process.wait()
        os.close(ours)  # closed earlier, it would hang up on the process
    return Session(code, shown, aside)


def _dialogue(
    process: subprocess.Popen[bytes], terminal: int, answers: list[str], prompts: tuple[str, ...]
) -> tuple[str, str]:
    """Return what was shown and what was piped until the process closed both."""
    pipe = process.stdout or process.stderr
    reading = {terminal: b"", **({pipe.fileno(): b""} if pipe else {})}
    open_ones, last, waited_s = set(reading), "", 0.0
    while open_ones:
        ready = select.select(open_ones, [], [], _AGAIN_S)[0]
        if not ready:
            waited_s += _AGAIN_S
            assert waited_s < PATIENCE_S, f"it asks nothing and does not end: {reading[terminal]!r}"
            if last == CTRL_C:  # pressed between a prompt and its read, it is noticed at the next
                os.write(terminal, last.encode())
        for each in ready:
            part = _read(each)
            reading[each] += part
            if not part:
                open_ones.discard(each)
        if answers and reading[terminal].decode(errors="replace").rstrip(" ").endswith(prompts):
            last = answers.pop(0)
            os.write(terminal, last.encode())
            reading[terminal] += b"\n"
    if pipe:
        pipe.close()
    return tuple(text.decode(errors="replace").replace("\r\n", "\n") for text in [*reading.values(), b""][:2])


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except OSError:  # nobody has the other end of the terminal any more
        return b""
