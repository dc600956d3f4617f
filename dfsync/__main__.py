"""The console script: the version at once, everything else through the commands."""

from __future__ import annotations

import sys


def main() -> None:
    """Run dfsync with the process's arguments and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        from dfsync import __version__

        sys.stdout.write(f"dfsync {__version__}\n")
        return
    from dfsync.commands.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
