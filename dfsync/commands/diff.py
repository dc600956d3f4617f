"""`dfsync diff`: the differences between two revisions of the repository, as desired state. Opens no socket."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.plan_report import details_option, plan_options
from dfsync.diff.revisions import NOTHING, ComparedRevision, Comparison, differences
from dfsync.errors import ExitCode
from dfsync.files.storage.git.commands import resolve
from dfsync.files.storage.git.tree import GitTree
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.files.storage.tree import Tree
from dfsync.model.kind import Kind
from dfsync.model.site import Desired
from dfsync.report.changes.regions import regions_of
from dfsync.report.revisions import REVISION_REPORTERS

FORMATS = ("text", "json", "markdown", "html")
_WORK_TREE = "work tree"


@click.command("diff")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--format", "format", type=click.Choice(FORMATS), default="text", help="The format of the report.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 when there is a difference, 0 when there is none.")
@click.option("--show-contacts", is_flag=True, help="Show contacts unmasked.")
@details_option
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    base: str,
    head: str | None,
    format: str,
    detailed_exitcode: bool,
    show_contacts: bool,
    details: bool,
) -> int:
    """Show how the desired state of two revisions differs. Needs no API.

    BASE and HEAD are branches, tags or commits, also written as BASE..HEAD. Without HEAD, BASE is compared with the
    files on disk.
    """
    if head is None and ".." in base:
        base, _, head = base.partition("..")
        base, head = base or "HEAD", head or "HEAD"
    root = invocation.root()
    base_side, before = _revision(invocation, root, base)
    head_side, after = _revision(invocation, root, head) if head else _on_disk(invocation)
    comparison = Comparison(base_side, head_side, differences(before, after))
    changed = {change.id for change in comparison.changes if change.kind is Kind.SITE}
    options = plan_options(
        invocation,
        format=format,
        digest=None,
        commit=head_side.commit,
        show_contacts=show_contacts,
        details=details,
        regions=regions_of(site for side in (before, after) for site in side.sites.values() if site.id in changed),
    )
    invocation.result(import_module(REVISION_REPORTERS[format]).render(comparison, options))
    return ExitCode.DIFFERENCES if detailed_exitcode and comparison.changes else ExitCode.OK


def _revision(invocation: Invocation, root: Path, name: str) -> tuple[ComparedRevision, Desired]:
    commit = resolve(root, name)
    with GitTree(root, commit) as tree:
        side = ComparedRevision(name, commit)
        return side, _desired(invocation, tree, name) if tree.exists(CONFIG_FILE) else NOTHING


def _on_disk(invocation: Invocation) -> tuple[ComparedRevision, Desired]:
    return ComparedRevision(_WORK_TREE), _desired(invocation, invocation.tree(), _WORK_TREE)


def _desired(invocation: Invocation, tree: Tree, name: str) -> Desired:
    refusal = f"the files of {name} have errors, so what they say can't be compared"
    return invocation.checked_or_empty(refusal, tree).desired
