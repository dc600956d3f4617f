"""The GitHub runner: what it tells a job, and where it reads the output of a job.

Source: https://docs.github.com/actions/reference/workflows-and-actions/variables and the pages on workflow commands.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git
from dfsync.model.text import shortened, visible
from dfsync.report.elements import gfm

_SUMMARY_BYTES = 900_000
"""A step's summary of more than 1 MiB is dropped whole."""


@dataclass(frozen=True)
class Runner:
    """The runner of this job, as its environment describes it."""

    environment: Mapping[str, str]

    def value(self, name: str, default: str = "") -> str:
        """Return a variable of the environment; an empty one counts as unset, as an action's empty input does."""
        return self.environment.get(name) or default

    @property
    def repository(self) -> str:
        """The repository, as owner/name."""
        return self.value("GITHUB_REPOSITORY")

    @property
    def run_url(self) -> str:
        """The page of this run, which lists its artifacts."""
        server = self.value("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{self.repository}/actions/runs/{self.value('GITHUB_RUN_ID', '0')}"

    @cached_property
    def event(self) -> Mapping[str, Any]:
        """The event that started the run, empty when there is none."""
        path = Path(self.value("GITHUB_EVENT_PATH", "/nonexistent"))
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        return found if isinstance(found, dict) else {}

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request that the run is for."""
        number = (self.event.get("pull_request") or {}).get("number")
        return number if isinstance(number, int) else None

    @cached_property
    def folder(self) -> Path:
        """Where reports and plans of this job are written."""
        folder = Path(self.value("RUNNER_TEMP", tempfile.gettempdir())) / "dfsync"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def say(self, text: str) -> None:
        """Write a line to the log of the job. Nothing in it can be a workflow command."""
        sys.stdout.write(visible(text) + "\n")
        sys.stdout.flush()

    def dfsync(self, *arguments: str) -> int:
        """Run a command with its output in the log of the job, and return its exit code."""
        self.say(f"$ dfsync {' '.join(arguments)}")
        return subprocess.run(self._command(arguments), env=self._with_git(), check=False).returncode

    def dfsync_output(self, *arguments: str) -> tuple[int, str]:
        """Run a command and return its exit code and its stdout, which is also in the log."""
        done = subprocess.run(
            self._command(("--color", "never", *arguments)), env=self._with_git(), check=False, stdout=subprocess.PIPE
        )
        text = done.stdout.decode("utf-8", "replace")
        sys.stdout.write(text)
        return done.returncode, text

    def summary(self, markdown: str) -> None:
        """Add to the summary of the job. What would make it too long is left out, and a note says so."""
        path = self.value("GITHUB_STEP_SUMMARY")
        if not path:
            return
        data = markdown.encode()
        if len(data) > _SUMMARY_BYTES:
            data = data[:_SUMMARY_BYTES].decode("utf-8", "ignore").encode() + b"\n\n(cut: too long for a summary)\n"
        with Path(path).open("ab") as file:
            file.write(data + b"\n")

    def output(self, name: str, value: str) -> None:
        """Set an output of the step: short values of our own, one line."""
        path = self.value("GITHUB_OUTPUT")
        if path:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(f"{name}={visible(value)}\n")

    def warning(self, message: str) -> None:
        """Show a warning on the run's page and in its summary."""
        text = shortened(message, 500)
        sys.stdout.write(f"::warning title=dfsync::{text.replace('%', '%25')}\n")
        self.summary(f"> [!WARNING]\n> {gfm.text(text)}\n")

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        # -P: the folder of the job holds what a pull request brings, and no module is imported from there.
        return [sys.executable, "-P", "-m", "dfsync", *arguments]

    def _with_git(self) -> Mapping[str, str]:
        """Return the environment with which git may fetch and push state, if checkout left no credentials.

        The token is passed on in the environment only; nothing is written to the configuration of the repository.
        """
        token, server = self.value("GITHUB_TOKEN"), self.value("GITHUB_SERVER_URL", "https://github.com")
        key = f"http.{server}/.extraheader"
        if not token or _configured(key):
            return self.environment
        header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        count = int(self.value("GIT_CONFIG_COUNT", "0"))
        return {
            **self.environment,
            "GIT_CONFIG_COUNT": str(count + 1),
            f"GIT_CONFIG_KEY_{count}": key,
            f"GIT_CONFIG_VALUE_{count}": f"AUTHORIZATION: basic {header}",
        }


def fenced(text: str) -> str:
    """Return text as a fenced block that nothing in it can end."""
    lines = text.splitlines()
    ticks = max((len(line) - len(line.lstrip().lstrip("`")) for line in lines), default=0)
    fence = "`" * max(3, ticks + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}\n"


def _configured(key: str) -> bool:
    try:
        return bool(git(Path.cwd(), "config", "--get-all", key))
    except InputError:
        return False
