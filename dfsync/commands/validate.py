"""`dfsync validate`: checks the files, and shows each problem where it is. Opens no socket."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from dfsync.commands.invocation.context import Invocation, no_cache_option
from dfsync.commands.invocation.output import write_output
from dfsync.commands.invocation.path_arguments import named
from dfsync.commands.invocation.report_files import report_option
from dfsync.errors import ConfigError, ExitCode, UsageError
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.findings import Findings, RuleInfo
from dfsync.model.text import counted
from dfsync.report.diagnostics import SourceContext, render
from dfsync.state.folder.trust import check_tracked

if TYPE_CHECKING:
    from dfsync.validation.results.result_cache import ResultCache

_ENDINGS = {".json": "json", ".sarif": "sarif", ".xml": "junit"}
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit", "azure", "rdjson")


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--format",
    "format",
    type=click.Choice(FORMATS),
    help="By default as the name of --output ends (.json, .sarif, .xml), else text.",
)
@click.option("--output", metavar="FILE", help="Write the report to FILE instead of stdout.")
@report_option(FORMATS)
@click.option(
    "--staged", is_flag=True, help="Check what is staged in git, and fail only for problems that HEAD does not have."
)
@click.option("--diff-base", metavar="REF", help="Report only problems that are new since the branch left REF.")
@click.option("--baseline", metavar="FILE", help="Do not report the findings that FILE lists.")
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Write the file of --baseline; if it is there, remove the findings that are gone.",
)
@no_cache_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    paths: Sequence[str],
    format: str | None,
    output: str | None,
    reports: Sequence[tuple[str, str]],
    staged: bool,
    diff_base: str | None,
    baseline: str | None,
    write_baseline: bool,
    no_cache: bool,
) -> int:
    """Check all files, or report only what concerns the given files and folders.

    The whole repository is always read, so that problems between files are found too. Exits with 1 if there is an
    error. Warnings and hints do not change the exit code.
    """
    if write_baseline and baseline is None:
        raise UsageError("--write-baseline needs --baseline FILE")
    format = format or _format_of(output)
    root = invocation.root()
    with _tree(invocation, root, staged=staged) as tree:
        # Imported here, since git lists the index meanwhile.
        from dfsync.validation.check import check_findings
        from dfsync.validation.filter import in_files, not_among
        from dfsync.validation.results.result_cache import ResultCache

        check_tracked(root, tree.names() if staged else None)
        with invocation.progress("Checking", "files") as count:
            cache = None if no_cache else ResultCache(root, "staged" if staged else "")
            found, rows = check_findings(tree, cache, count, with_rows=bool(paths))
        with_findings = {finding.file for finding in found.diagnostics if finding.file is not None}
        chosen = named(invocation.directory, root, paths, {*rows, *with_findings, CONFIG_FILE})
        known: set[str] = set()
        if baseline is not None:
            known.update(_baseline(invocation, Path(baseline), found, write=write_baseline))
        if diff_base is not None or (staged and found.diagnostics):
            cache = None if no_cache else ResultCache(root, "base")
            older = _older(invocation, root, diff_base, cache)
            if diff_base is None:
                _tell_older(invocation, found, older)
            known.update(older)
        findings = not_among(found, known)
        if chosen:
            findings = in_files(findings, set(chosen), rows)
        reporter = FindingReporter(invocation, root, tree, findings)
        for name, file in reports:
            write_output(file, reporter.render(name), invocation)
        color = output is None and invocation.colored(sys.stdout)
        write_output(output, reporter.render(format, color=color), invocation)
    return ExitCode.ERROR if findings.failed else ExitCode.OK


def _format_of(output: str | None) -> str:
    """Return the format that a file's name stands for. Raises `UsageError` if dfsync does not write that format."""
    ending = Path(output or "").suffix.lower()
    if ending in (".csv", ".xlsx", ".html"):
        raise UsageError(f"validate writes no {ending}", help=f"--format chooses one of {', '.join(FORMATS)}")
    return _ENDINGS.get(ending, "text")


class FindingReporter:
    """Renders the findings of one run in any format."""

    def __init__(self, invocation: Invocation, root: Path, tree: Tree, findings: Findings) -> None:
        self._invocation = invocation
        self._folder = _folder_in_git(root)
        self._tree = tree
        self._findings = findings

    def render(self, format: str, *, color: bool = False) -> str:
        """Return the report in a format of `FORMATS`."""
        rules = _rule_infos() if format == "sarif" else {}
        context = SourceContext(lambda file: self._invocation.read_source(file, self._tree), rules, color, self._folder)
        return render(format, self._findings, context)


@contextmanager
def _tree(invocation: Invocation, root: Path, *, staged: bool) -> Iterator[Tree]:
    if not staged:
        yield invocation.tree()
        return
    from dfsync.files.storage.git.tree import GitTree

    with GitTree(root) as tree:
        yield tree


def _tell_older(invocation: Invocation, findings: Findings, older: Collection[str]) -> None:
    """Say in one line how many errors of the index HEAD already had, since the commit does not bring them in."""
    from dfsync.validation.filter import not_among

    errors = replace(findings, diagnostics=tuple(one for one in findings.diagnostics if one.severity == "error"))
    number = len(errors.diagnostics) - len(not_among(errors, older).diagnostics)
    if number:
        what = counted(number, "older error")
        invocation.say(f"{what}, in HEAD already, left out: dfsync validate shows {'it' if number == 1 else 'them'}")


def _older(invocation: Invocation, root: Path, reference: str | None, cache: ResultCache | None) -> set[str]:
    """Return the fingerprints of all findings of HEAD, or of the commit at which it left a reference.

    There are none before the first commit, and before there was a dfsync.yaml.
    """
    from dfsync.files.storage.git.commands import has_commit, merge_base
    from dfsync.files.storage.git.tree import GitTree
    from dfsync.fingerprints import fingerprints
    from dfsync.validation.check import check_findings

    if reference is None and not has_commit(root):
        return set()
    revision = "HEAD" if reference is None else merge_base(root, reference)
    with GitTree(root, revision) as tree, invocation.progress("Checking the older state", "files") as count:
        try:
            return set(fingerprints(check_findings(tree, cache, count)[0].diagnostics))
        except ConfigError:
            return set()


def _rule_infos() -> Mapping[str, RuleInfo]:
    from dfsync.validation.rules.catalogue import rule_infos  # all rules, which no other format needs

    return rule_infos()


def _baseline(invocation: Invocation, path: Path, findings: Findings, *, write: bool) -> Mapping[str, str]:
    """Return the content of a baseline. With `write`, first create it, or remove what is no longer found."""
    from dfsync.validation.baseline import described, dumps, read_baseline, shrunk

    if write:
        kept = shrunk(read_baseline(path), findings) if path.exists() else described(findings)
        write_output(str(path), dumps(kept), invocation)
    known = read_baseline(path)
    found = len(shrunk(known, findings))
    invocation.say(f"{counted(found, 'known finding')} left out ({path})")
    if gone := len(known) - found:
        are, them = ("are", "them") if gone > 1 else ("is", "it")
        invocation.say(f"{gone:,} that it lists {are} gone; --write-baseline removes {them}")
    return known


def _folder_in_git(root: Path) -> str:
    """Return where the root is in its git repository, "" at its top and outside git."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return "" if top == root else root.relative_to(top).as_posix()
