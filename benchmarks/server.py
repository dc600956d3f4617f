"""The API on loopback in a process of its own, with what live holds."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Server:
    """A sandbox that can be started anew; `environment` points dfsync at the one that runs."""

    dfsync: Path
    export: Path
    database: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Serve what the export says, whatever was changed before."""
        self.stop()
        command = [self.dfsync, "sandbox", "--seed-from", self.export]
        if self.database is not None:
            for file in self.database.parent.glob(self.database.name + "*"):
                file.unlink()
            command += ["--database", self.database]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        self.environment.update(json.loads(self._process.stdout.readline())["environment"])

    def stop(self) -> None:
        """Serve no more."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def serving(dfsync: Path, export: Path, database: Path | None = None) -> Iterator[Server]:
    """Give a server that runs."""
    server = Server(dfsync, export, database)
    server.start()
    try:
        yield server
    finally:
        server.stop()
