"""The console script: the version at once, everything else through the commands."""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run dfsync with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from dfsync import __version__

        sys.stdout.write(f"dfsync {__version__}\n")
        return
    from dfsync.commands.main import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # JSON and HTML are UTF-8, and names of all scripts must get through
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
