"""Trusts what is below `.dfsync` only if no pull request can have written it: git must not track it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import git, in_repository
from dfsync.model.text import first_few
from dfsync.state.folder.files import FOLDER
from dfsync.state.folder.own_copies import own_copies


def tracked(root: Path) -> list[str]:
    """Return the paths below `.dfsync` that git tracks, in any case of letters. Raises InputError with git's reason."""
    try:
        listed = git(root, "ls-files", "-z", "--", f":(icase){FOLDER}").decode("utf-8", "replace")
    except InputError:
        if in_repository(root):
            raise
        return []
    return [path for path in listed.split("\0") if path]


def check_tracked(root: Path, names: Iterable[str] | None = None) -> None:
    """Raise InputError if git tracks anything below `.dfsync`. If git can't be asked, nothing is raised.

    `names` are all paths that git tracks, if the caller knows them.
    """
    if not any(path.name.casefold() == FOLDER for path in root.iterdir()):
        return
    try:
        paths = tracked(root) if names is None else [*filter(_is_ours, names)]
    except InputError:
        return
    _refuse(root, paths)


def check_trust(root: Path) -> None:
    """Raise InputError if git tracks anything below `.dfsync`, or can't be asked about a state that is there."""
    try:
        paths = tracked(root)
    except InputError as error:
        if not _remembers(root):
            return
        raise InputError(
            f"a state or journal is in {FOLDER}, and git can't say whether a pull request brought it: {error.message}",
            help=error.help or f"let git read this repository, or remove {FOLDER}/state and {FOLDER}/journal",
        ) from error
    _refuse(root, paths)


def put_back(root: Path, target: str, fits: Callable[[str, bytes], bool]) -> list[str]:
    """Undo what a branch did to state and journal of a target, and return the names; nothing while git tracks any.

    `target` is the target's safe name; `fits` says whether the content of a copy is of any use. Raises InputError if
    that can't be written.
    """
    copies = own_copies(root)
    different = copies.different([f"state/{target}.json", f"journal/{target}.jsonl"]) if copies else []
    try:
        return copies.put_back(different, fits) if copies and different and not tracked(root) else []
    except OSError as error:
        raise InputError(f"{error.filename} can't be written: {error.strerror}") from error


def _is_ours(path: str) -> bool:
    return path.startswith(".") and path.partition("/")[0].casefold() == FOLDER


def _refuse(root: Path, paths: list[str]) -> None:
    if paths:
        if copies := own_copies(root):
            copies.mark()
        message = f"{described(paths)} in git, where a pull request can write it, so dfsync does not trust it"
        raise InputError(message, help=removal(paths))


def removal(paths: list[str]) -> str:
    """Return the advice with which nothing of these paths stays, in the index or on the disk."""
    folders = " ".join(sorted({path.partition("/")[0] for path in paths}))
    return f"take it out of the repository, and off the disk: git rm -f -r -- {folders}"


def described(paths: list[str]) -> str:
    """Return the tracked paths as the beginning of a sentence, `.dfsync/state/production.json is`."""
    return f"{first_few(paths, 3)} {'is' if len(paths) == 1 else 'are'}"


def _remembers(root: Path) -> bool:
    """Whether there is a state or a journal in `.dfsync`."""
    return any(any((root / FOLDER / name).glob("*")) for name in ("state", "journal"))
