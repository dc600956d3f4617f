"""`dfsync fmt`: rewrites files in canonical style and keeps comments. Opens no socket."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import format_option
from dfsync.commands.invocation.path_arguments import named
from dfsync.commands.terminal.error_output import complain
from dfsync.commands.terminal.unified_diff import unified
from dfsync.errors import ExitCode, InputError
from dfsync.files.fmt.all_files import NonCanonicalFile, format_all
from dfsync.files.fmt.one_file import FileName
from dfsync.files.storage.atomic_write import replace_file
from dfsync.files.storage.cache_folder import CacheFolder
from dfsync.files.storage.git.commands import in_repository
from dfsync.files.storage.git.tree import GitTree
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import UnreadableFileError, WorkTree, kinds_of_files
from dfsync.model.settings import Config
from dfsync.model.text import counted, json_document, visible


@click.command("fmt")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is not in canonical style.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change.")
@click.option("--ignore-unknown", is_flag=True, help="Skip given files that dfsync.yaml does not name; for hooks.")
@format_option
@click.pass_obj
def command(
    invocation: Invocation, /, *, paths: Sequence[str], check: bool, diff: bool, ignore_unknown: bool, format: str
) -> int:
    """Rewrite files in canonical style: all of them, or the given files and folders.

    Fields get the order of the schema. Spacing and indentation get one form, and hours the form that `fmt` in
    dfsync.yaml asks for. Text that another YAML reader would misread is quoted. Comments, blank lines, needless quotes,
    anchors and line ends stay, and a file means the same as before. A file that is not YAML is reported and left alone.
    dfsync.yaml is formatted only if it is named.
    """
    tree, config = invocation.tree(), invocation.config()
    files = _files(invocation, tree, config, paths, ignore_unknown=ignore_unknown)
    with invocation.progress("Formatting", "files") as count:
        outcomes = format_all(tree, config, files, CacheFolder(tree.root), count)
    changed = failed = 0
    results: list[dict[str, str | None]] = []
    for outcome in outcomes:
        error = outcome.error or (None if check or diff else _write(tree, outcome))
        if error is not None:
            failed += 1
            results.append({"file": outcome.file, "result": "failed", "message": error.message, "help": error.help})
            complain(error.message, error.help)
            continue
        changed += 1
        said = "would reformat" if check or diff else "reformatted"
        results.append({"file": outcome.file, "result": said.replace(" ", "_"), "message": None, "help": None})
        if diff and format == "text":
            _show(invocation, outcome)
        invocation.say(f"{said} {visible(outcome.file)}")
    what = "not in canonical style" if check or diff else "rewritten"
    if format == "json":
        found = {"format": "dfsync/fmt", "format_version": 1, "files": len(files), "results": results}
        invocation.result(json_document(found))
    invocation.say(_summary(len(files), changed, failed, what))
    return ExitCode.ERROR if failed or (check and changed) else ExitCode.OK


def _files(
    invocation: Invocation, tree: WorkTree, config: Config, paths: Sequence[str], *, ignore_unknown: bool
) -> dict[str, FileName]:
    """Return the files to format with their kinds. Raises `InputError` if there are none."""
    kinds = kinds_of_files(tree, config.sites, config.contacts)
    known: dict[str, FileName] = {file: kind.value for file, kind in kinds.items()}
    if not paths:
        if not known:
            raise InputError("no file matches the patterns of dfsync.yaml, so nothing was formatted")
        hooked = os.environ.get("PRE_COMMIT") and in_repository(tree.root)
        return _in_index(tree, known) if hooked else known
    known[CONFIG_FILE] = "config"
    if ignore_unknown:
        paths = list(_of_hook(invocation, paths))
    chosen = named(invocation.directory, invocation.root(), paths, known, ignore_unknown=ignore_unknown)
    return {file: known[file] for file in chosen}


def _of_hook(invocation: Invocation, paths: Sequence[str]) -> Iterator[str]:
    """Yield the names that a hook gives, from where dfsync runs: with -C, they are from where the hook started."""
    start, root = invocation.started_in or invocation.directory, invocation.root()
    for path in paths:
        full = invocation.directory / path
        if not full.exists():
            full = Path(os.path.normpath(start / path))
        if full.is_relative_to(root):
            yield str(full)


def _in_index(tree: WorkTree, known: dict[str, FileName]) -> dict[str, FileName]:
    """Return the files that git knows: a hook without file names must not touch drafts that no commit has."""
    with GitTree(tree.root) as index:
        return {file: name for file, name in known.items() if index.exists(file)}


def _show(invocation: Invocation, outcome: NonCanonicalFile) -> None:
    color = invocation.colored(sys.stdout)
    invocation.result(unified(outcome.file, outcome.before, outcome.after or b"", color=color))


def _write(tree: WorkTree, outcome: NonCanonicalFile) -> InputError | None:
    """Write a file, unless it was edited since it was read. A link to a file that is already written is skipped."""
    after = outcome.after or b""
    try:
        now = tree.read(outcome.file)
    except UnreadableFileError as error:
        return InputError(f"{visible(outcome.file)} {error.message}", help=error.help)
    if now not in (outcome.before, after):
        message = f"{visible(outcome.file)} was edited meanwhile, so it was left alone"
        return InputError(message, help="run dfsync fmt again")
    if now != after:
        replace_file(tree.root, outcome.file, after)
    return None


def _summary(files: int, changed: int, failed: int, what: str) -> str:
    parts = [f"{changed:,} of {counted(files, 'file')} {what}"]
    if not changed:
        parts = [f"{counted(files - failed, 'file')} in canonical style"]
    if failed:
        parts.append(f"{failed:,} left alone")
    return ", ".join(parts)
