"""The context of a command: the repository, the target, and the connection to the API."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO

import click
from msgspec import Struct
from msgspec.structs import replace

from dfsync.errors import ConfigError
from dfsync.model.text import visible

if TYPE_CHECKING:
    from dfsync.api.client import Client
    from dfsync.api.protocol.events import Event, Watch
    from dfsync.files.storage.tree import Tree, WorkTree
    from dfsync.findings import Findings
    from dfsync.model.settings import Config, Target
    from dfsync.runtime.parallel import Count
    from dfsync.validation.check import Checked


class Invocation(Struct, frozen=True):
    """The global options. `verbosity` is -1 for --quiet, otherwise the number of -v."""

    directory: Path
    target_name: str | None
    verbosity: int
    log_format: str
    color: str
    environment: Mapping[str, str]
    started_in: Path | None = None

    def as_options(self) -> list[str]:
        """Return the -C and --target with which the user's next command means the same repository and target."""
        options = []
        if self.started_in is not None and self.started_in != self.directory:
            options += ["-C", os.path.relpath(self.directory, self.started_in)]
        if named := self.target_name or self.environment.get("DFSYNC_TARGET"):
            options += ["--target", named]
        return options

    def root(self) -> Path:
        """Return the root of the repository. Raises `ConfigError` if there is no dfsync.yaml here or above."""
        from dfsync.files.storage.root import find_root

        return find_root(self.directory)

    def tree(self) -> WorkTree:
        """Return the files on disk."""
        from dfsync.files.storage.tree import WorkTree

        return WorkTree(self.root())

    def config(self) -> Config:
        """Return the settings of dfsync.yaml. If it has errors, shows all findings and raises."""
        from dfsync.validation.check import check_config

        config, findings = check_config(self.tree())
        if findings.failed:
            from dfsync.commands.terminal.error_output import FindingsError

            click.echo(self.findings_text(findings), err=True)
            raise FindingsError("dfsync.yaml can't be used", findings, help="correct what is shown above")
        return config

    def checked(self, *, cached: bool = False) -> Checked:
        """Return the checked repository. If there are errors, raises `DfsyncError`, which shows all findings.

        Only commands that send nothing may use the cache (`cached`), since anybody may have put something into the
        cache of a CI server.
        """
        from dfsync.validation.check import check
        from dfsync.validation.results.result_cache import ResultCache

        tree = self.tree()
        with self.progress("Checking", "files") as count:
            checked = check(tree, ResultCache(tree.root) if cached else None, count)
        if self._has_more_than_no_file(checked):
            self.refuse(checked.findings, "the files have errors, so this command ends here")
        if checked.findings.failed:  # no files must not look like success: a folder may have been renamed
            self.refuse(checked.findings, "no file matches the patterns of dfsync.yaml, so this command ends here")
        if cached:
            _keep_words(tree.root, checked)
        return checked

    def checked_or_empty(self, refusal: str, tree: Tree | None = None) -> Checked:
        """Return the checked repository, by default as it is on disk. It may have no files yet.

        If there are errors, raises `DfsyncError` with the refusal, and shows all findings.
        """
        from dfsync.validation.check import check

        with self.progress("Checking", "files") as count:
            checked = check(tree or self.tree(), None, count)
        if self._has_more_than_no_file(checked):
            self.refuse(checked.findings, refusal, tree)
        return checked

    def _has_more_than_no_file(self, checked: Checked) -> bool:
        from dfsync.findings import Severity

        errors = [found.code for found in checked.findings.diagnostics if found.severity is Severity.ERROR]
        if not errors:
            return False
        from dfsync.validation.checks.check_repository import NO_FILE

        return errors != [NO_FILE]

    def refuse(self, findings: Findings, refusal: str, tree: Tree | None = None) -> NoReturn:
        """Show findings, and raise the error that says what is not done because of them."""
        from dfsync.commands.terminal.error_output import FindingsError

        click.echo(self.findings_text(findings, tree), err=True)
        help = "correct them; dfsync validate shows them" if tree is None else None
        raise FindingsError(refusal, findings, help=help)

    def findings_text(self, findings: Findings, tree: Tree | None = None) -> str:
        """Return findings as text with code frames, cut from `tree`, by default from the files on disk."""
        from dfsync.report.diagnostics import SourceContext, render

        context = SourceContext(lambda file: self.read_source(file, tree), color=self.colored(sys.stderr))
        return render("text", findings, context)

    def read_source(self, file: str, tree: Tree | None = None) -> str | None:
        """Return the text of a file of the repository for a code frame; None if it can't be read."""
        from dfsync.files.storage.tree import UnreadableFileError

        try:
            return (tree or self.tree()).read(file).decode("utf-8", "replace")
        except UnreadableFileError:
            return None

    def target(self, config: Config) -> Target:
        """Return the chosen target, with the addresses from the environment.

        `--target` comes before `DFSYNC_TARGET`, then `default_target`, then the only target there is.
        """
        named = self.target_name or self.environment.get("DFSYNC_TARGET")
        base_url, auth_url = (self.environment.get(name) for name in ("DFSYNC_BASE_URL", "DFSYNC_AUTH_URL"))
        if base_url and not named and len(config.targets) > 1:
            raise ConfigError(
                "DFSYNC_BASE_URL is set and dfsync.yaml has several targets",
                help="say which one is meant with --target or DFSYNC_TARGET",
            )
        only = next(iter(config.targets)) if len(config.targets) == 1 else None
        name = named or config.default_target or only
        if name is None:
            raise ConfigError("no target is named", help="name one with --target, DFSYNC_TARGET or default_target")
        if name not in config.targets:
            known = ", ".join(map(visible, config.targets)) or "none"
            raise ConfigError(f"dfsync.yaml has no target {visible(name)!r}", help=f"it has: {known}")
        target = config.targets[name]
        return replace(target, base_url=base_url or target.base_url, auth_url=auth_url or target.auth_url)

    @contextmanager
    def client(
        self,
        config: Config,
        *,
        may_send: bool = False,
        bundle: Path | None = None,
        also: Watch | None = None,
        reading: str | None = "Reading live",
    ) -> Iterator[Client]:
        """Give a client of the chosen target. Only apply may ask for one that may send.

        `also` listens to requests. Without it a line on a terminal, `reading`, says what is done and how far it is.
        """
        from dfsync.api.client import connect
        from dfsync.commands.terminal.log_output import watching

        target = self.target(config)
        with ExitStack() as stack:
            if also is None and reading is not None:
                count = stack.enter_context(self.progress(reading, "sites"))
                also = _counting(count) if count is not None else None
            watch = stack.enter_context(watching(self.verbosity, self.log_format, bundle, also))
            yield stack.enter_context(connect(target, config.api, self.environment, may_send=may_send, watch=watch))

    @contextmanager
    def progress(self, label: str, noun: str = "") -> Iterator[Count | None]:
        """Show progress on a terminal for what takes longer than two seconds.

        Yields a function to be called with how much is done, and of how much; None if nobody sees it. `noun` is what is
        counted.
        """
        if not self.shows_progress:
            yield None
            return
        from dfsync.commands.terminal.progress_line import ProgressLine

        with ProgressLine(label, noun) as line:
            yield line.count

    @property
    def shows_progress(self) -> bool:
        """Whether progress is shown: on a terminal, not with -q, not between the lines of -v, not in a hook.

        pre-commit gives hooks a terminal, and shows afterwards all that they wrote.
        """
        hidden = self.environment.get("PRE_COMMIT") or self.environment.get("TERM") == "dumb"
        return self.verbosity == 0 and not hidden and sys.stderr.isatty()

    def colored(self, stream: TextIO) -> bool:
        """Whether to colour a stream: --color, then NO_COLOR, FORCE_COLOR, CI logs, TERM=dumb, a terminal."""
        environment = self.environment
        if self.color != "auto":
            return self.color == "always"
        if environment.get("NO_COLOR"):
            return False
        if environment.get("FORCE_COLOR") or environment.get("CLICOLOR_FORCE"):
            return True
        if environment.get("GITHUB_ACTIONS") or environment.get("GITLAB_CI"):
            return True
        return environment.get("TERM") != "dumb" and stream.isatty()

    def say(self, text: str) -> None:
        """Tell the user something on stderr, unless --quiet is given."""
        if self.verbosity >= 0:
            click.echo(text, err=True)

    def result(self, text: str) -> None:
        """Write a result to stdout. A command that does something goes on to its end though nobody reads about it."""
        try:
            click.echo(text, nl=not text.endswith("\n") and text != "", color=self.colored(sys.stdout))
        except BrokenPipeError:
            discard_output()


def discard_output() -> None:
    """Let what is still written to stdout lead nowhere, since whoever read it has read enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _counting(count: Count) -> Watch:
    """Return a listener that counts the sites of every page of an export."""
    from dfsync.api.protocol.events import PageRead

    def watch(event: Event) -> None:
        if isinstance(event, PageRead):
            count(event.sites, event.total)

    return watch


def _keep_words(root: Path, checked: Checked) -> None:
    """Keep the ids and groups of the sites for the shell's completion."""
    from dfsync.commands.completion_words import CACHE_FILE
    from dfsync.files.storage.cache_folder import CacheFolder

    sites = checked.desired.records.values()
    groups = {group for site in sites for group in site.groups}
    lines = [*(f"id\t{site.id}\n" for site in sites), *(f"group\t{group}\n" for group in sorted(groups))]
    folder, data = CacheFolder(root), "".join(lines).encode("utf-8", "replace")
    with suppress(OSError):
        if folder.read(CACHE_FILE) != data:
            folder.write(CACHE_FILE, [data])


no_cache_option = click.option("--no-cache", is_flag=True, help="Check all files again, without the cache.")
