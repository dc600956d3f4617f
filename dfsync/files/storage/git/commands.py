"""Commands of git, and what they answer: this repository, its index, its commits."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git.process import command, completed, started

_SILENT = "no message"
_NO_REPOSITORY = "not a git repository (or any "
"""What git says where none is, up to the root or up to the edge of a disk; with GIT_DIR it says something else."""
LONGEST_S = 300
_USER = r"//[^/\s]+@"
_SAFE = r"git config --global --add safe\.directory .+"


def git(root: Path, *arguments: str, input: bytes = b"") -> bytes:
    """Run git in `root` and return its output. Raises `InputError` with git's own words."""
    return answer(start(root, *arguments), arguments[0], input)


def start(root: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start git in `root`; `answer` waits for it. Raises `InputError`."""
    try:
        return started([*command(root), *arguments], environment())
    except FileNotFoundError as error:
        raise InputError("git is not installed", help="install git, or run without options that need it") from error
    except OSError as error:
        raise _cannot_run(error) from error


def answer(process: subprocess.Popen[bytes], name: str, input: bytes = b"") -> bytes:
    """Return the output of a git command with this name that was started. Raises `InputError` with git's own words."""
    try:
        done = completed(process, LONGEST_S, input)
    except OSError as error:
        raise _cannot_run(error) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git {name} gave no answer in {LONGEST_S} s") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace")
        raise InputError(f"git {name} failed: {own_words(words)}", help=_remedy(words))
    return done.stdout


def _cannot_run(error: OSError) -> InputError:
    return InputError(f"git can't be run: {error.strerror}", help="check the git that is on the PATH")


def in_repository(root: Path) -> bool:
    """Whether a folder is in the work tree of a git repository.

    Raises `InputError` with git's own reason if there is a repository and git can't be asked about it: another user
    owns it, git is not installed, or the folder only looks like a repository. That never counts as "no repository".
    """
    try:
        answer = git(root, "rev-parse", "--is-inside-work-tree").strip()
    except InputError as error:
        is_missing = error.message.endswith("git is not installed")
        if _seems_repository(root) or not (is_missing or _NO_REPOSITORY in error.message):
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
    found = re.search(_SAFE, words)
    return f"{found[0].strip()}, if you trust whoever owns it" if found else None


def git_version(root: Path) -> tuple[int, ...]:
    """Return the version of git, `(2, 38)`; () if there is no git, or if it does not say."""
    try:
        found = re.search(rb"(\d+)\.(\d+)", git(root, "version"))
    except InputError:
        return ()
    return tuple(map(int, found.groups())) if found else ()


def own_words(stderr: str) -> str:
    """Return the line in which git says what went wrong: that with `fatal:` or `error:`, or else the last one.

    The user name in an address is removed, since it may be a token.
    """
    lines = stderr.strip().splitlines()
    named = (line for line in lines if line.startswith(("fatal:", "error:")))
    return re.sub(_USER, "//", next(named, lines[-1] if lines else _SILENT))


def resolve(root: Path, revision: str) -> str:
    """Return the commit that a revision names. Raises `InputError` if there is none."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return git(root, *arguments).decode().strip()
    except InputError as error:
        if not error.message.endswith(_SILENT):  # with --quiet git says nothing of a name that it does not know
            raise
        raise InputError(f"{revision!r} names no commit", help=_where_commits_are(root)) from error


def _where_commits_are(root: Path) -> str:
    """Say why a commit may not be known here."""
    if not git(root, "rev-list", "--max-count=1", "--all").strip():
        return "there is no commit yet"
    if git(root, "rev-parse", "--is-shallow-repository").strip() == b"true":
        return "this clone is shallow: git fetch --unshallow brings all commits (in CI: fetch-depth: 0)"
    return "name a branch, a tag or a commit that is fetched"


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
    own["GIT_LITERAL_PATHSPECS"] = "0"  # or no path would be found in another case of letters
    return {
        **os.environ,
        **own,
        **{name: str(Path(os.environ[name]).absolute()) for name in paths if os.environ.get(name)},
    }
