"""The console script: the version at once, everything else through the commands."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import NoReturn


def main() -> None:
    """Run dfsync with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from dfsync import __version__

        sys.stdout.write(f"dfsync {__version__}\n")
        return
    from dfsync.commands.main import run

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # the caller has closed it
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115  (until the end)
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):  # JSON and HTML are UTF-8, and names of all scripts must get through
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _leave(run(sys.argv[1:]))


def _leave(code: int) -> NoReturn:
    """End the process. Python would take all that was read apart first, object by object, for nobody."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # full, or closed at its other end
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
