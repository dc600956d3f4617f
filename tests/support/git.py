"""A real git repository for tests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder and return what it says, without the line end. Fails if git does."""
    return Repository(root).git(*arguments).strip()


@dataclass(frozen=True)
class Repository:
    """Stands for a folder under git."""

    root: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None) -> str:
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "A commit")
        return self.git("rev-parse", "HEAD").strip()


def repository(root: Path) -> Repository:
    """Return a new repository in a folder."""
    root.mkdir(parents=True, exist_ok=True)
    made = Repository(root)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "Somebody")
    made.git("config", "user.email", "somebody@example.com")
    made.git("config", "commit.gpgsign", "false")
    return made
