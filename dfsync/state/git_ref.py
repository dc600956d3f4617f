"""A ref of the repository as a place for small files: read, committed, and moved by compare-and-swap.

With a remote, the remote's ref is the one that counts: it is fetched before it is read and pushed before it is moved
here, each push bound to the value that was seen. Plumbing only: neither index nor work tree nor HEAD is touched, and
nothing needs to be configured. Each call of git ends within a bounded time.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dfsync.errors import ConfigError, InputError
from dfsync.files.storage.git.commands import own_words
from dfsync.files.storage.git.process import command, completed, started
from dfsync.model.text import shortened, visible

LONGEST_S = 30
"""The number of seconds that one call of git may take."""
_NOBODY = {f"GIT_{role}_{what}": "dfsync" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_WRONG_USAGE = 129
_PATIENT = ("-c", "core.filesRefLockTimeout=3000")
"""How long git waits, in ms, while another git has locked the ref. After that it gives up."""
_MOVED = ("stale info", "fetch first", "already exists", "but expected")
_PERHAPS_MOVED = ("cannot lock ref", "failed to update ref")
"""What git says of a ref that moved just now, and also of one that it can't write."""


class MovedError(Exception):
    """The ref is not what it was when it was read."""


class GitRef:
    """One ref. `seen` is the commit that it was at when it was last read or moved, None when there was none."""

    def __init__(self, root: Path, name: str, remote: str | None) -> None:
        self.name = name
        self.remote = remote
        self.seen: str | None = None
        self._root = root

    def tip(self) -> str | None:
        """Return the ref's commit, fetched before when there is a remote; None when there is none."""
        local = self.local()
        if self.remote is None:
            self.seen = local
            return local
        if self.remote not in self.git("remote").decode().split("\n"):
            raise ConfigError(
                f"state.remote {visible(self.remote)!r} is no remote of this repository",
                help="git remote -v lists them",
            )
        self.seen = self.current()
        if self.seen is not None and self.seen != local:
            self._fetch()
            self.seen = self.local()
        return self.seen

    def current(self) -> str | None:
        """Return the commit that the ref is at now, without fetching it."""
        if self.remote is None:
            return self.local()
        listed = self.git("ls-remote", "--", self.remote, self.name).decode().split()
        return listed[0] if listed else None

    def local(self) -> str | None:
        """Return the commit of this clone's own ref, None when there is none."""
        done = self.run("rev-parse", "--verify", "--quiet", f"{self.name}^{{commit}}")
        if done.returncode not in (0, 1):
            raise failed("rev-parse", done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode().strip() or None

    def move(self, commit: str | None) -> None:
        """Move the ref from the value that was seen to `commit`, None to delete it. Raises MovedError, InputError."""
        if self.remote is not None:
            self._push(commit)
            expected = []
        else:
            expected = [self.seen or ""]
        if commit is None:
            arguments = ["update-ref", "-d", self.name, *filter(None, expected)]
        else:
            arguments = ["update-ref", self.name, commit, *expected]
        done = self.run(*arguments)
        if done.returncode:
            raise self._not_moved("update-ref", done.stderr)
        self.seen = commit

    def parent(self, commit: str) -> str | None:
        """Return the commit before another, None for the first one."""
        return self.run("rev-parse", "--verify", "--quiet", f"{commit}^").stdout.decode().strip() or None

    def blob(self, commit: str | None, name: str) -> bytes | None:
        """Return a file of a commit, None when it has none of that name."""
        if commit is None or not self.git("ls-tree", commit, name):
            return None
        return self.git("cat-file", "blob", f"{commit}:{name}")

    def commit(self, files: Mapping[str, bytes], parent: str | None, message: str, kept: Sequence[str] = ()) -> str:
        """Return a new commit that has exactly these files, and the `kept` ones as its parent has them."""
        blobs = {name: self.git("hash-object", "-w", "--stdin", input=data) for name, data in files.items()}
        blobs |= {name: self.git("rev-parse", f"{parent}:{name}") for name in kept}
        listing = "".join(f"100644 blob {blob.decode().strip()}\t{name}\n" for name, blob in sorted(blobs.items()))
        tree = self.git("mktree", input=listing.encode()).decode().strip()
        parents = ["-p", parent] if parent else []
        return self.git("commit-tree", tree, *parents, input=message.encode()).decode().strip()

    def git(self, *arguments: str, input: bytes = b"") -> bytes:
        """Run git and return what it prints. Raises InputError with git's own words."""
        done = self.run(*arguments, input=input)
        if done.returncode:
            raise failed(arguments[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def run(self, *arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run git. Raises InputError if there is none, or when it does not end in time."""
        environment = {**os.environ, **_NOBODY, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        whole = [*command(self._root), "-c", f"core.hooksPath={os.devnull}", *_PATIENT, *arguments]
        try:
            return completed(started(whole, environment), LONGEST_S, input)
        except FileNotFoundError as error:
            raise InputError("state.backend is git, and git is not installed") from error
        except subprocess.TimeoutExpired as error:
            where = f" from {visible(self.remote)}" if self.remote and arguments[0] in _REMOTE else ""
            raise failed(arguments[0], f"no answer{where} in {LONGEST_S} s") from error

    def _fetch(self) -> None:
        """Fetch the ref, and leave FETCH_HEAD to the user, who may be about to merge what it names."""
        whole = (
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--",
            self.remote or "",
            f"+{self.name}:{self.name}",
        )
        done = self.run(*whole)
        if done.returncode == _WRONG_USAGE:  # git before 2.29
            done = self.run(*(part for part in whole if part != "--no-write-fetch-head"))
        if done.returncode:
            raise failed("fetch", done.stderr.decode("utf-8", "replace"))

    def _push(self, commit: str | None) -> None:
        lease = f"--force-with-lease={self.name}:{self.seen or ''}"
        refspec = f"{commit or ''}:{self.name}"
        done = self.run(
            "push", "--porcelain", "--quiet", "--no-verify", "--no-signed", lease, "--", self.remote or "", refspec
        )
        if done.returncode:
            raise self._not_moved("push", done.stdout + done.stderr)

    def _not_moved(self, command: str, said: bytes) -> Exception:
        """Return the error for a ref that could not be moved: somebody else moved it, or git gives another reason."""
        words = said.decode("utf-8", "replace")
        if any(sign in words for sign in _MOVED):
            return MovedError(words)
        if any(sign in words for sign in _PERHAPS_MOVED) and self.current() != self.seen:
            return MovedError(words)
        return failed(command, words)


_REMOTE = ("ls-remote", "fetch", "push")


def failed(command: str, words: str) -> InputError:
    """Return the error for a git command, with the reason that git and the remote gave."""
    said = " ".join(line.removeprefix("remote:").strip() for line in words.splitlines() if line.startswith("remote:"))
    reason = f"{own_words(words)}{f' ({said})' if said else ''}"
    return InputError(
        f"state is kept in git, and git {command} failed: {shortened(reason, 300)}",
        help="whoever applies needs the right to push: contents: write at GitHub" if command == "push" else None,
    )
