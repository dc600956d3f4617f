"""State in a ref of the repository, `refs/dfsync/state/<target>`, so that runners without a disk share it.

The ref names a commit whose tree holds `state.json`; its history is the audit trail. The ref itself is the lock: a
commit that adds `lock.json` is put on top by compare-and-swap before anything is sent, and is replaced, not followed,
by the commit of the new state. With a remote, the remote's ref is the one that counts: it is fetched before and pushed
after, each push bound to the value that was seen. Plumbing only: neither index nor work tree nor HEAD is touched, and
nothing needs to be configured.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dfsync.errors import ConfigError, DfsyncError, InputError, NotSentError
from dfsync.files.storage.git import command, own_words
from dfsync.model.settings import Target
from dfsync.model.text import shortened, visible
from dfsync.state.file import FileStore
from dfsync.state.folder import make_folder, safe_name
from dfsync.state.lock import Holder, machine_lock, read_holder
from dfsync.state.target_state import TargetState, dumps, empty_state, loads

STATE, LOCK = "state.json", "lock.json"
ABANDONED = timedelta(hours=6)
"""A lock of another machine that is older than this was left by a run that died."""
_NOBODY = {f"GIT_{role}_{what}": "dfsync" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_MOVED = ("stale info", "cannot lock ref", "failed to update ref", "fetch first", "already exists")


class MovedError(Exception):
    """The ref is not what it was when it was read."""


class GitStore:
    """Keeps the state of one target in a ref of the repository that holds `root`."""

    def __init__(self, root: Path, target: Target, remote: str | None) -> None:
        self._root = root
        self._target = target
        self._remote = remote
        self._name = safe_name(target.name)
        self._ref = f"refs/dfsync/state/{self._name}"
        self._seen: str | None = None
        self._base: str | None = None
        self._locked: str | None = None

    def load(self, *, offline: bool = False) -> TargetState:
        """Return the state; that of a file when there is no ref, an empty one when there is neither."""
        data = self._blob(self._local() if offline else self._tip(), STATE)
        if data is None and offline and self._remote is not None:
            return empty_state()  # the remote may have a newer one than any file
        if data is None:  # what the other backend left here counts until the first apply: changing to git loses nothing
            return FileStore(self._root, self._target).load()
        return loads(data, self._target, self._ref)

    def probe(self) -> str:
        """Say where the state is, having asked for the right to fetch and push; the ref stays as it is.

        Raises DfsyncError with git's own reason.
        """
        known = self.load()
        said = "as the last apply left it" if known.history else "nothing applied from here yet"
        if self._remote is None:
            return f"{self._ref}, {said}"
        # A push that is only tried asks the remote for the right to push, and transfers nothing.
        refspec = f"{self._seen or self._commit({}, None, 'A try')}:{self._ref}"
        done = self._run("push", "--dry-run", "--porcelain", "--no-verify", "--", self._remote, refspec)
        if done.returncode:
            raise _failed("push", (done.stdout + done.stderr).decode("utf-8", "replace"))
        return f"{self._ref}, fetched from {self._remote} and may be pushed there, {said}"

    @contextmanager
    def lock(self) -> Iterator[Holder | None]:
        """Hold the lock of this machine, and the ref."""
        with machine_lock(make_folder(self._root, "locks"), self._name) as (holder, left_here):
            left = self._take(holder)
            try:
                yield left or left_here
            finally:
                self._give_back()

    def save(self, state: TargetState, message: str) -> None:
        """Put the state's commit in the place of the lock's."""
        commit = self._commit({STATE: self._stored(dumps(state, self._target))}, self._base, message)
        try:
            self._move(commit)
        except MovedError as error:
            raise DfsyncError(
                f"{self._ref} was moved by somebody else while rows were sent, so this state is not saved",
                help="run apply again: it looks at live, and finds what was sent",
            ) from error
        self._locked = None

    def _take(self, holder: Holder) -> Holder | None:
        """Lock the ref; return who had left it locked, if a dead process did."""
        tip = self._tip()
        note = self._blob(tip, LOCK)
        left = read_holder(note) if note is not None else None
        self._base = self._parent(tip) if note is not None and tip else tip
        if left is not None and not _dead(left, holder):
            raise self._held(left)
        tree = {LOCK: self._stored(json.dumps(asdict(holder)).encode())}
        if self._base:
            tree[STATE] = self._git("rev-parse", f"{self._base}:{STATE}").decode().strip()
        locked = self._commit(tree, self._base, f"Locked by {holder}")
        try:
            self._move(locked)
        except MovedError as error:
            raise NotSentError(
                f"nothing was sent: another apply took the lock on {self._ref} just now",
                help="wait until it is done, then try again",
            ) from error
        self._locked = locked
        return left

    def _give_back(self) -> None:
        if self._locked is None:
            return
        self._locked = None
        try:
            self._move(self._base)
        except MovedError:
            return  # somebody took the lock for abandoned; it is theirs now

    def _held(self, holder: Holder) -> NotSentError:
        back = f"git push --force {self._remote} {self._base or ''}:{self._ref}"
        local = f"git update-ref {self._ref} {self._base}" if self._base else f"git update-ref -d {self._ref}"
        return NotSentError(
            f"nothing was sent: {self._ref} is locked by {holder}",
            help=f"wait until it is done; if that run is dead: {back if self._remote else local}",
        )

    def _tip(self) -> str | None:
        """Return the ref's commit, fetched before when there is a remote; None when there is none."""
        local = self._local()
        if self._remote is None:
            self._seen = local
            return local
        if self._remote not in self._git("remote").decode().split("\n"):
            raise ConfigError(
                f"state.remote {visible(self._remote)!r} is no remote of this repository",
                help="git remote -v lists them",
            )
        listed = self._git("ls-remote", "--", self._remote, self._ref).decode().split()
        self._seen = listed[0] if listed else None
        if self._seen is not None and self._seen != local:
            self._git("fetch", "--quiet", "--no-tags", "--", self._remote, f"+{self._ref}:{self._ref}")
            self._seen = self._local()
        return self._seen

    def _move(self, commit: str | None) -> None:
        """Move the ref from the value that was seen to `commit`, None to delete it. Raises MovedError."""
        if self._remote is not None:
            self._push(commit)
            expected = []
        else:
            expected = [self._seen or ""]
        if commit is None:
            arguments = ["update-ref", "-d", self._ref, *filter(None, expected)]
        else:
            arguments = ["update-ref", self._ref, commit, *expected]
        done = self._run(*arguments)
        if done.returncode:
            words = done.stderr.decode("utf-8", "replace")
            raise MovedError(words) if any(sign in words for sign in _MOVED) else _failed("update-ref", words)
        self._seen = commit

    def _push(self, commit: str | None) -> None:
        lease = f"--force-with-lease={self._ref}:{self._seen or ''}"
        refspec = f"{commit or ''}:{self._ref}"
        done = self._run("push", "--porcelain", "--quiet", "--no-verify", lease, "--", self._remote or "", refspec)
        if done.returncode:
            words = (done.stdout + done.stderr).decode("utf-8", "replace")
            raise MovedError(words) if any(sign in words for sign in _MOVED) else _failed("push", words)

    def _local(self) -> str | None:
        done = self._run("rev-parse", "--verify", "--quiet", f"{self._ref}^{{commit}}")
        if done.returncode not in (0, 1):
            raise _failed("rev-parse", done.stderr.decode("utf-8", "replace"))
        return done.stdout.decode().strip() or None

    def _parent(self, commit: str) -> str | None:
        return self._run("rev-parse", "--verify", "--quiet", f"{commit}^").stdout.decode().strip() or None

    def _blob(self, commit: str | None, name: str) -> bytes | None:
        if commit is None or not self._git("ls-tree", commit, name):
            return None
        return self._git("cat-file", "blob", f"{commit}:{name}")

    def _stored(self, data: bytes) -> str:
        return self._git("hash-object", "-w", "--stdin", input=data).decode().strip()

    def _commit(self, blobs: dict[str, str], parent: str | None, message: str) -> str:
        listing = "".join(f"100644 blob {blob}\t{name}\n" for name, blob in sorted(blobs.items()))
        tree = self._git("mktree", input=listing.encode()).decode().strip()
        parents = ["-p", parent] if parent else []
        return self._git("commit-tree", tree, *parents, input=message.encode()).decode().strip()

    def _git(self, *arguments: str, input: bytes = b"") -> bytes:
        done = self._run(*arguments, input=input)
        if done.returncode:
            raise _failed(arguments[0], done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def _run(self, *arguments: str, input: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        environment = {**os.environ, **_NOBODY, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            return subprocess.run(
                [*command(self._root), *arguments], input=input, capture_output=True, check=False, env=environment
            )
        except FileNotFoundError as error:
            raise InputError("state.backend is git, and git is not installed") from error


def _dead(left: Holder, holder: Holder) -> bool:
    """Whether a lock was left behind: its process would hold this machine's lock, or it is older than any run."""
    if left.place == holder.place:
        return True
    try:
        since = datetime.fromisoformat(left.since)
    except ValueError:
        return True
    return datetime.now(UTC) - since > ABANDONED


def _failed(command: str, words: str) -> InputError:
    said = " ".join(line.removeprefix("remote:").strip() for line in words.splitlines() if line.startswith("remote:"))
    reason = f"{own_words(words)}{f' ({said})' if said else ''}"
    return InputError(
        f"state is kept in git, and git {command} failed: {shortened(reason, 300)}",
        help="whoever applies needs the right to push: contents: write at GitHub" if command == "push" else None,
    )
