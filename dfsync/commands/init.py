"""`dfsync init`: a working starter repository, copied from the bundled `examples/starter`."""

from __future__ import annotations

import re
from pathlib import Path

import click
from msgspec.structs import replace

from dfsync import __version__
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.pull import command as pull
from dfsync.errors import DfsyncError, InputError, UsageError
from dfsync.files.edit.write import scalar
from dfsync.files.storage.git.commands import git
from dfsync.files.storage.root import CONFIG_FILE
from dfsync.runtime.resources import folder
from dfsync.validation.checks.schema import schema_findings

_SCHEMAS = ("config", "site", "contact")
_OF_CI = {"github": ".github/workflows/dfsync.yml", "gitlab": ".gitlab-ci.yml", "azure": "azure-pipelines.yml"}
_EXAMPLE_SITE = "sites/us/downtown.yaml"
_OF_EXAMPLE = ("# What the sites of a folder", "hours_profiles:")
_CUSTOMER = 123
_PACKAGE = "dragonfruit-dfsync"
_LOCK = "requirements-dfsync.txt"
_INSTALLED = re.compile(rf'"{_PACKAGE}[^"]*"')
_SOURCE = re.compile(r"[A-Za-z0-9._~:/?#@!&+,;=<>%\[\]-]+")
_STATE_HERE = """\
# What was applied last. Where CI applies, let it keep this in the repository: {backend: git, remote: origin}
state: {backend: file}
"""
_STATE_SHARED = """\
# What was applied last, kept in the repository under refs/dfsync/state/ for CI and everybody who applies.
state: {backend: git, remote: origin}
"""


@click.command("init")
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--customer-id", type=click.IntRange(1), help="Your Organization ID at Dragonfruit.")
@click.option("--ci", type=click.Choice([*_OF_CI, "none"]), default="github", help="Which CI workflow to write.")
@click.option(
    "--source",
    metavar="WHERE",
    help="Where CI installs dfsync from: a version of the package (this one by default), the URL of a wheel or "
    "archive, git+https://…, or the path of a wheel in the repository.",
)
@click.option("--from-live", is_flag=True, help="Fill it with the sites that are live, instead of an example.")
@click.pass_obj
def command(
    invocation: Invocation,
    /,
    *,
    directory: Path | None,
    customer_id: int | None,
    ci: str,
    source: str | None,
    from_live: bool,
) -> int:
    """Start a repository in DIR: configuration, one site, schemas for editors, hooks and a CI workflow.

    The target is named by the global --target, `production` by default. Files that exist already stay
    as they are; where there is a dfsync.yaml, nothing is written.
    """
    root = (invocation.directory / (directory or ".")).resolve()
    target = invocation.target_name or "production"
    for finding in schema_findings("config", {"version": 1, "targets": {target: {"customer_id": 0}}}, CONFIG_FILE):
        raise UsageError(finding.message, help=finding.help)
    branch, shared = _branch(root), _has_origin(root)
    files = starter(
        target, customer_id or _CUSTOMER, ci, branch, requirement(source), example=not from_live, shared=shared
    )
    kept = _write(root, files)
    invocation.result("".join(f"wrote {path}\n" for path in files if path not in kept))
    for path in kept:
        invocation.say(f"{path} exists already and stays as it is")
    if customer_id is None:
        invocation.say(f"customer_id is {_CUSTOMER}: put yours into dfsync.yaml")
    if from_live:
        inside = replace(invocation, directory=root)
        try:
            return int(pull.main([], prog_name="dfsync pull", obj=inside, standalone_mode=False) or 0)
        except DfsyncError:
            invocation.say("the repository was created without sites: correct the error below, then run dfsync pull")
            raise
    if _EXAMPLE_SITE not in kept:
        invocation.say(f"{_EXAMPLE_SITE} is an example that apply would send: replace it with a site of yours")
    invocation.say("next: dfsync validate, then dfsync plan")
    return 0


def requirement(source: str | None) -> str:
    """Return what pip needs to install dfsync from a source. Raises `InputError` if it is no source."""
    if source is None:
        return f"{_PACKAGE}=={__version__}"
    if not _SOURCE.fullmatch(source):
        raise InputError(
            "--source has characters that no version, URL or path of a wheel has",
            help=f"write a version ({__version__}), {_PACKAGE}=={__version__}, https://… or git+https://…",
        )
    if source[0].isdigit():
        return f"{_PACKAGE}=={source}"
    return f"{_PACKAGE} @ {source}" if "://" in source else source


def starter(
    target: str, customer_id: int, ci: str, branch: str, installed: str, *, example: bool, shared: bool
) -> dict[str, str]:
    """Return the files of a starter repository by path. The dfsync that is `installed` applies pushes to `branch`.

    Without `example` there is no site. `shared` keeps the state where CI finds it.
    """
    source = folder("examples") / "starter"
    found = (path.relative_to(source) for path in source.rglob("*") if path.is_file())
    paths = sorted(path.as_posix() for path in found if ".dfsync" not in path.parts)
    left_out = {path for name, path in _OF_CI.items() if name != ci} | (set() if example else {_EXAMPLE_SITE})
    left_out |= set() if ci in _OF_CI else {_LOCK}
    files = {path: (source / path).read_text(encoding="utf-8") for path in paths if path not in left_out}
    for name in _SCHEMAS:
        path = folder("schemas") / f"{name}.schema.json"
        files[f"schemas/{path.name}"] = path.read_text(encoding="utf-8")
    files["dfsync.yaml"] = _config(files["dfsync.yaml"], target, customer_id, example=example, shared=shared)
    if workflow := _OF_CI.get(ci):
        files[workflow] = _INSTALLED.sub(lambda _: f'"{installed}"', files[workflow])
        written = scalar(branch, flow=True)
        for before in ("branches: [main]", "include: [main]"):
            files[workflow] = files[workflow].replace(before, before.replace("main", written))
        files[workflow] = files[workflow].replace("'refs/heads/main'", f"'refs/heads/{branch}'")
    return dict(sorted(files.items()))


def _config(text: str, target: str, customer_id: int, *, example: bool, shared: bool) -> str:
    text = text.replace("production", scalar(target, flow=True))
    text = text.replace(f"customer_id: {_CUSTOMER}", f"customer_id: {customer_id}")
    if shared:
        text = text.replace(_STATE_HERE, _STATE_SHARED)
    paragraphs = text.split("\n\n")
    return "\n\n".join(one for one in paragraphs if example or not one.startswith(_OF_EXAMPLE))


def _has_origin(root: Path) -> bool:
    """Whether there is a remote that CI and colleagues share. It can keep the state."""
    return "origin" in _said_by_git(root, "remote").split()


def _branch(root: Path) -> str:
    """Return the branch whose pushes are applied: that of the remote, that of a repository without a commit, or main.

    It is not the branch on which somebody happens to work.
    """
    name = _said_by_git(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD").removeprefix("origin/")
    if not name and not _said_by_git(root, "rev-parse", "--verify", "--quiet", "HEAD"):
        name = _said_by_git(root, "symbolic-ref", "--short", "HEAD")
    return name or "main"


def _said_by_git(root: Path, *arguments: str) -> str:
    """Return what git says in a folder; "" if there is no such folder, no repository or no git."""
    try:
        return git(root, *arguments).decode("utf-8", "replace").strip()
    except InputError:
        return ""


def _write(root: Path, files: dict[str, str]) -> list[str]:
    """Write the files, and return those that already existed and were left alone.

    Raises `InputError` if there is a dfsync.yaml, since that is already a repository.
    """
    if (root / CONFIG_FILE).exists():
        raise InputError(
            f"{root} has a {CONFIG_FILE} already, so nothing was written",
            help="start in another folder, or move it away first",
        )
    existing = [path for path in files if (root / path).exists()]
    for path, text in files.items():
        if path in existing:
            continue
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with (root / path).open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    return existing
