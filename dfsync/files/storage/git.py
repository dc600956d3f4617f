"""The files of a revision or of the index, as git stores them, and the only place that calls git."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from dfsync.errors import InputError
from dfsync.files.storage.git_listing import CONFLICT, SUBMODULE, GitListing
from dfsync.files.storage.git_process import BlobReader, command, completed
from dfsync.files.storage.tree import MAX_BYTES, UnreadableFileError, too_large

_LINK, _SUBMODULE, _FILES = "120000", "160000", ("100644", "100755", "100664")  # the last is from old versions of git
_UNREADABLE = "can't be read from git"
_SILENT = "no message"
_NO_REPOSITORY = "not a git repository (or any of the parent directories): .git"
_LONGEST_S = 300
_USER = re.compile(r"//[^/\s]+@")
_SAFE = re.compile(r"git config --global --add safe\.directory .+")
_ROW = re.compile(r"([0-9]+) (\w+) (\w+)\t([^\0]+)\0", re.ASCII)


@dataclass
class GitTree:
    """The files of a revision, or of the index if `revision` is None. A context manager that ends its git process.

    Links are followed as in the work tree: inside the root, a file by each of its names, a folder once.
    """

    root: Path
    revision: str | None = None
    _readers: dict[int, BlobReader] = field(default_factory=dict, init=False, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def paths(self, patterns: Sequence[str]) -> list[str]:
        """Return the sorted paths that match any of the patterns, and those below which nothing can be read."""
        return sorted(self._stored.found(patterns))

    def blobs(self, paths: Iterable[str]) -> dict[str, str | None]:
        """Return the names of the blobs of files; None for a file that can't be read."""
        return self._stored.blobs(paths)

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `UnreadableFileError`."""
        found = self._stored.blob(path)
        if found is None:
            raise UnreadableFileError("is not in this revision" if self.revision else "is not in the index")
        return self._blob(found)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        try:
            return self._stored.blob(path) is not None
        except UnreadableFileError:
            return True

    def names(self) -> Iterator[str]:
        """Yield the paths of all files, hidden ones too."""
        yield from self._stored.files

    def close(self) -> None:
        """End the reader process."""
        reader = self._readers.pop(os.getpid(), None)
        if reader is not None:
            reader.close()

    @cached_property
    def _stored(self) -> GitListing:
        files, links, refused = dict[str, str](), dict[str, str](), dict[str, str]()
        for mode, blob, stage, path in self._listing():
            if stage != "0":
                refused[path] = CONFLICT
            elif mode in _FILES:
                files[path] = blob
            elif mode == _LINK:
                try:
                    links[path] = self._blob(blob).decode("utf-8", "surrogateescape")
                except UnreadableFileError as error:
                    refused[path] = error.message
            elif mode == _SUBMODULE:
                refused[path] = SUBMODULE
        for path in refused:
            files.pop(path, None)
        return GitListing(files, links, refused)

    def _listing(self) -> Iterable[tuple[str, str, str, str]]:
        """Return mode, blob, stage and path of everything below the root."""
        if self.revision is None:
            listing = git(self.root, "ls-files", "--stage", "-z")
        else:
            listing = git(self.root, "ls-tree", "-r", "-z", resolve(self.root, self.revision))
        rows = _ROW.findall(listing.decode("utf-8", "surrogateescape"))
        return rows if self.revision is None else ((mode, blob, "0", path) for mode, _, blob, path in rows)

    def _blob(self, blob: str) -> bytes:
        """Return a blob through one git process that stays open; a forked process has one of its own."""
        pid = os.getpid()
        if pid not in self._readers:
            self._readers[pid] = BlobReader(self.root, environment(), _LONGEST_S)
        try:
            data = self._readers[pid].read(blob, MAX_BYTES)
        except (OSError, ValueError) as error:
            self._readers.pop(pid).close()
            raise (too_large() if isinstance(error, ValueError) else UnreadableFileError(_UNREADABLE)) from error
        if data is None:
            raise UnreadableFileError(_UNREADABLE)
        return data


def git(root: Path, *arguments: str, input: bytes = b"") -> bytes:
    """Run git in `root` and return its output. Raises `InputError` with git's own words."""
    try:
        done = completed([*command(root), *arguments], environment(), _LONGEST_S, input)
    except FileNotFoundError as error:
        raise InputError("git is not installed", help="install git, or run without options that need it") from error
    except OSError as error:
        raise InputError(f"git can't be run: {error.strerror}", help="check the git that is on the PATH") from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git {arguments[0]} gave no answer in {_LONGEST_S} s") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace")
        raise InputError(f"git {arguments[0]} failed: {own_words(words)}", help=_remedy(words))
    return done.stdout


def in_repository(root: Path) -> bool:
    """Whether a folder is in the work tree of a git repository.

    Raises `InputError` with git's own reason if there is a repository and git can't be asked about it: another user
    owns it, git is not installed, or the folder only looks like a repository. That never counts as "no repository".
    """
    try:
        answer = git(root, "rev-parse", "--is-inside-work-tree").strip()
    except InputError as error:
        if _seems_repository(root) or not error.message.endswith(("git is not installed", _NO_REPOSITORY)):
            raise
        return False
    return answer == b"true"


def _seems_repository(root: Path) -> bool:
    """Whether the environment, a `.git` here or above, or the files of a bare repository suggest a repository."""
    if os.environ.get("GIT_DIR"):
        return True
    root = root.absolute()
    return any(
        os.path.lexists(folder / ".git") or all((folder / name).exists() for name in ("HEAD", "objects", "refs"))
        for folder in (root, *root.parents)
    )


def _remedy(words: str) -> str | None:
    """Return the command with which git, in its message, accepts a repository of another owner."""
    found = _SAFE.search(words)
    return f"{found[0].strip()}, if you trust whoever owns it" if found else None


def git_version(root: Path) -> tuple[int, ...]:
    """Return the version of git, `(2, 38)`; () if there is no git, or if it does not say."""
    try:
        found = re.search(rb"(\d+)\.(\d+)", git(root, "version"))
    except InputError:
        return ()
    return tuple(map(int, found.groups())) if found else ()


def is_tracked(root: Path, path: str) -> bool:
    """Whether a file is in the index; False outside git. Raises `InputError` if git can't be asked."""
    return in_repository(root) and bool(git(root, "ls-files", "-z", "--", path))


def own_words(stderr: str) -> str:
    """Return what git says went wrong: the line that begins so, since advice may follow it, or else the last line.

    The user name in an address is removed, since it may be a token.
    """
    lines = stderr.strip().splitlines()
    named = (line for line in lines if line.startswith(("fatal:", "error:")))
    return _USER.sub("//", next(named, lines[-1] if lines else _SILENT))


def resolve(root: Path, revision: str) -> str:
    """Return the commit that a revision names. Raises `InputError` if there is none."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return git(root, *arguments).decode().strip()
    except InputError as error:
        if not error.message.endswith(_SILENT):  # with --quiet git says nothing of a name that it does not know
            raise
        raise InputError(
            f"{revision!r} names no commit", help="name a branch, a tag or a commit that is fetched"
        ) from error


def has_commit(root: Path) -> bool:
    """Whether the branch has a first commit. Raises `InputError` if git can't be asked."""
    if not in_repository(root):
        return False
    try:
        resolve(root, "HEAD")
    except InputError:
        return False
    return True


def merge_base(root: Path, revision: str) -> str:
    """Return the commit at which HEAD left `revision`; the revision's own if history does not reach that far."""
    commit = resolve(root, revision)
    try:
        return git(root, "merge-base", commit, "HEAD").decode().strip()
    except InputError:
        return commit


def environment() -> dict[str, str]:
    """Return the environment for git.

    The paths that git gives to a hook are relative to where the hook started, and not to `-C`. Replaced blobs are
    ignored, and missing blobs are not fetched: a check opens no connection. Messages are in English, since dfsync reads
    them. Nothing is written.
    """
    paths = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE")
    own = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    return {
        **os.environ,
        **own,
        **{name: str(Path(os.environ[name]).absolute()) for name in paths if os.environ.get(name)},
    }
