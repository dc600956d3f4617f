"""The console script. `--version` is answered at once, everything else by the commands.

What runs first is the handler of Ctrl-C and SIGTERM. Nothing is imported before it, not even `__future__`. While Python
itself starts, and while it looks for this module, Python answers Ctrl-C with a traceback; no program can change that.
"""

# ruff: noqa: E402  (the handler of signals comes first)

import _signal  # type: ignore[import-not-found]  # signal itself would first import enum
import os


def _interrupted(number: int, frame: object) -> None:
    """Answer Ctrl-C while modules are imported; `commands.main` has its own words later."""
    del number, frame
    os.write(2, b"error: interrupted\n")
    os._exit(130)


_AT_FIRST = _signal.getsignal(_signal.SIGINT)
if _AT_FIRST is _signal.default_int_handler:  # else the shell told a job in the background to ignore it
    _signal.signal(_signal.SIGINT, _interrupted)
    _signal.signal(_signal.SIGTERM, _interrupted)

import io
import sys


class _Tolerant(io.TextIOWrapper):
    """A stream for messages. If nobody can read it, the work goes on all the same."""

    def write(self, text: str) -> int:
        try:
            return super().write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:  # noqa: SIM105  (contextlib would be half of what --version takes)
            super().flush()
        except OSError:
            pass


def main() -> None:
    """Run dfsync with the process's arguments and exit with its code. Ctrl-C at any time ends with 130."""
    try:
        _read_names_as_utf8()
        _open_streams()
        _leave(_answered())
    except KeyboardInterrupt:
        _interrupted(_signal.SIGINT, None)


def _answered() -> int:
    """Answer at once what needs no command, else run one."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        return _version()
    if sys.argv[1:2] == ["__complete"] and len(sys.argv) == 5:
        return _words(*sys.argv[2:])
    return _run()


def _words(kind: str, begins: str, folder: str) -> int:
    from dfsync.commands.completion_words import words

    sys.stdout.write("".join(f"{word}\n" for word in words(kind, begins, folder)))
    return 0


def _version() -> int:
    from dfsync import __version__

    try:
        sys.stdout.write(f"dfsync {__version__}\n")
    except OSError:
        return 1
    return 0


def _run() -> int:
    from dfsync.runtime.garbage_collector import collector_paused

    with collector_paused(stays=True):
        from dfsync.commands.main import run

    _signal.signal(_signal.SIGINT, _AT_FIRST)
    return run(sys.argv[1:])


def _read_names_as_utf8() -> None:
    """Start again in Python's UTF-8 mode where the locale has another encoding: git's names of files are UTF-8."""
    if sys.getfilesystemencoding() != "utf-8" and sys.executable and os.name == "posix":
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  (this very program)


def _open_streams() -> None:
    """Make all three streams usable. Closed ones lead nowhere, and their numbers are not left for other files.

    JSON and HTML are UTF-8, and so are names in any script.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115  (until the end)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr = _Tolerant(
            sys.stderr.detach(), encoding="utf-8", errors="backslashreplace", line_buffering=True, write_through=True
        )


def _leave(code: int) -> None:
    """End the process at once. Python would first free every object, for nobody."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads has read enough
        pass
    except (OSError, ValueError):  # full, or closed
        code = code or 1
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
