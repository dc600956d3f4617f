"""The other program named dfsync: a file sync for Kubernetes, which is what `pip install dfsync` gives.

It has the same command and the same import package as this one, so the two can't share an environment, and whichever
comes first on the PATH answers to `dfsync`.
"""

from __future__ import annotations

import shutil
from importlib.metadata import entry_points
from pathlib import Path

_MOST_BYTES = 4096
_ENTRY_POINT = "dfsync.cli"


def installed_here() -> bool:
    """Whether the other program was installed into this environment too."""
    return any(point.value.startswith(_ENTRY_POINT) for point in entry_points(group="console_scripts", name="dfsync"))


def command_on_path(path: str | None) -> str | None:
    """Return where the command `dfsync` is found, if that is the other program. `path` is the variable PATH."""
    found = shutil.which("dfsync", path=path)
    if found is None:
        return None
    try:
        with Path(found).open("rb") as file:
            start = file.read(_MOST_BYTES)
    except OSError:
        return None
    return found if _ENTRY_POINT.encode() in start else None
