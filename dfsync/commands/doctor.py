"""`dfsync doctor`: checks everything that a plan needs, one line each, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click
import yaml
from msgspec import Struct
from msgspec.structs import asdict

from dfsync.api.tokens.status import token_status
from dfsync.api.transport.hosts import approved
from dfsync.commands.auth import describe_time
from dfsync.commands.invocation.context import Invocation
from dfsync.commands.invocation.output import format_option
from dfsync.commands.invocation.state_store import state_store
from dfsync.commands.other_dfsync import command_on_path, installed_here
from dfsync.commands.terminal.log_output import bundle_option
from dfsync.errors import DfsyncError, ExitCode, InputError
from dfsync.files.storage.git.commands import git_version, has_commit, in_repository
from dfsync.files.storage.git.revision import revision
from dfsync.model.settings import Config, Target
from dfsync.model.text import json_document, visible
from dfsync.validation.rules.df506_contact_columns import header_of

_MOST_SKEW_S = 60.0
_SAFE_GIT = (2, 38)


class Check(Struct, frozen=True):
    """The result of one check. `todo` says what to do about it."""

    name: str
    outcome: Literal["ok", "note", "fail"]
    finding: str
    todo: str | None = None


@click.command("doctor")
@format_option
@bundle_option
@click.pass_obj
def command(invocation: Invocation, /, *, format: str, bundle: Path | None) -> int:
    """Check configuration, git, state, token, clock, export and templates. Exits with 1 if a check fails."""
    found = []
    for check in checks(invocation, bundle):
        found.append(check)
        if format == "text":
            todo = f"; {_line(check.todo)}" if check.todo else ""
            invocation.result(f"{check.outcome:<5}{check.name:<15}{_line(check.finding)}{todo}\n")
    if format == "json":
        document = {"format": "dfsync/doctor", "format_version": 1, "checks": list(map(asdict, found))}
        invocation.result(json_document(document))
    return ExitCode.ERROR if any(check.outcome == "fail" for check in found) else ExitCode.OK


def checks(invocation: Invocation, bundle: Path | None = None) -> Iterator[Check]:
    """Yield the checks one after another. Checks that need something that is missing are left out."""
    yield from _program(invocation)
    yield _reader()
    try:
        config = invocation.config()
        root = invocation.root()
    except DfsyncError as error:
        yield _failed("configuration", error)
        return
    yield Check("configuration", "ok", f"{root}, targets: {', '.join(config.targets)}")
    yield _git(root, config)
    yield from _guarded("template", lambda: _template(invocation, config))
    try:
        target = invocation.target(config)
        yield _target(invocation, target)
    except DfsyncError as error:
        yield _failed("target", error)
        return
    yield from _guarded("state", lambda: _state(invocation, config))
    yield from _guarded("token", lambda: _token(invocation, target))
    yield from _guarded("export", lambda: _live(invocation, config, bundle))


def _guarded(name: str, check: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    try:
        yield from check()
    except DfsyncError as error:
        yield _failed(name, error)


def _failed(name: str, error: DfsyncError) -> Check:
    return Check(name, "fail", error.message, error.help)


def _program(invocation: Invocation) -> Iterator[Check]:
    """Report the other program of the same name, if it is installed."""
    if installed_here():
        todo = "pip uninstall dfsync, then pip install --force-reinstall dragonfruit-dfsync"
        yield Check("program", "fail", "this environment also has another project's package named dfsync", todo)
    elif found := command_on_path(invocation.environment.get("PATH")):
        todo = "uninstall it (pip uninstall dfsync), or put dragonfruit-dfsync before it on the PATH"
        yield Check("program", "note", f"the command {found} is another project's program of the same name", todo)


def _reader() -> Check:
    if yaml.__with_libyaml__:
        return Check("yaml", "ok", f"PyYAML {yaml.__version__} with libyaml")
    return Check("yaml", "fail", "PyYAML was built without libyaml", "install a wheel: pip install --force pyyaml")


def _git(root: Path, config: Config) -> Check:
    version = git_version(root)
    if version and version < _SAFE_GIT:
        what = f"git {'.'.join(map(str, version))} obeys any folder that looks like a repository"
        return Check("git", "note", what, "update it to 2.38 or later: a pull request may bring such a folder")
    at = revision(root, (*config.sites, *config.contacts))
    if at.commit is not None:
        return Check("git", "ok", f"at {at.commit[:12]}{', with edits that are not committed' if at.dirty else ''}")
    try:
        used = in_repository(root)
        if used and has_commit(root):
            return Check("git", "fail", str(at.reason))
    except InputError as error:
        return _failed("git", error)
    return Check("git", "note", f"{at.reason}: plans can't name their source", "git init" if not used else "commit")


def _state(invocation: Invocation, config: Config) -> Iterator[Check]:
    yield Check("state", "ok", state_store(invocation, config).probe())


def _template(invocation: Invocation, config: Config) -> Iterator[Check]:
    settings = config.contact_csv
    if settings.template is None:
        todo = "get the vendor's template from support and name it in contact_csv.template"
        yield Check("template", "note", "no contact template to check the columns against", todo)
        return
    text = invocation.tree().read(settings.template).decode("utf-8-sig", "replace")
    header = header_of(text)
    lacking = [column for column in settings.columns.values() if column not in header]
    if lacking:
        todo = "make contact_csv.columns say what the template says"
        yield Check("template", "fail", f"{settings.template} has no column {', '.join(lacking)}", todo)
    else:
        yield Check("template", "ok", f"{settings.template} has all {len(settings.columns)} columns")


def _target(invocation: Invocation, target: Target) -> Check:
    for url in (target.base_url, target.auth_url):
        approved(url, invocation.environment)
    return Check("target", "ok", f"{target.name}, customer {target.customer_id} at {target.base_url}")


def _token(invocation: Invocation, target: Target) -> Iterator[Check]:
    found, now = token_status(target, invocation.environment), datetime.now(UTC)
    refreshable = f", {target.refresh_token_env} renews it" if found.has_refresh_token else ""
    if not found.has_token:
        yield Check("token", "ok", f"fetched with {target.refresh_token_env}")
    elif found.expires is None:
        yield Check("token", "ok", f"{target.token_env} does not say when it expires{refreshable}")
    elif found.is_usable(now):
        state = "expires" if found.expires > now else "expired"
        yield Check("token", "ok", f"{target.token_env} {state} {describe_time(found.expires, now)}{refreshable}")
    else:
        todo = f"set a new one, or {target.refresh_token_env}"
        yield Check("token", "fail", f"{target.token_env} expired {describe_time(found.expires, now)}", todo)


def _live(invocation: Invocation, config: Config, bundle: Path | None) -> Iterator[Check]:
    with invocation.client(config, bundle=bundle) as client:
        probe = client.probe()
    yield Check("export", "ok", f"live sites: {probe.total}")
    if probe.skew_s is None:
        yield Check("clock", "note", "the API's answers have no Date to compare with")
    elif abs(probe.skew_s) > _MOST_SKEW_S:
        ahead = "ahead of" if probe.skew_s > 0 else "behind"
        todo = "set this machine's clock, by which tokens expire"
        yield Check("clock", "fail", f"{abs(probe.skew_s):.0f} s {ahead} the API's", todo)
    else:
        yield Check("clock", "ok", f"{abs(probe.skew_s):.0f} s from the API's")


def _line(text: str) -> str:
    return " ".join(visible(line.strip()) for line in text.splitlines() if line.strip())
