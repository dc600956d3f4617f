"""The command group: the list of commands, and the handling of their errors.

The module of a command is imported only when the command is called, so that a hook on one file stays fast.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from dfsync import __version__
from dfsync.commands.invocation.context import Invocation, discard_output
from dfsync.commands.invocation.global_options import accept_globals, apply_globals, global_options
from dfsync.commands.terminal.error_output import ErrorOutput, asks_for_json, findings_of
from dfsync.errors import DfsyncError, ExitCode
from dfsync.model.text import visible
from dfsync.runtime.garbage_collector import collector_paused

COMMANDS = {
    "init": "Start a repository: configuration, one site, hooks and CI workflow.",
    "validate": "Check files.",
    "fmt": "Rewrite files in canonical style, comments kept.",
    "export": "Write live sites.",
    "plan": "Show what apply would do.",
    "apply": "Send a plan and verify that it arrived.",
    "render": "Write the CSVs that apply would upload.",
    "drift": "Show what was edited elsewhere since the last apply.",
    "diff": "Show how the desired state of two revisions differs.",
    "pull": "Write live, or a spreadsheet, into the files.",
    "show": "Show a saved plan or receipt, or all that is known of a site.",
    "list": "List the sites of the files.",
    "sheet": "Write the sites of the files as a spreadsheet for people.",
    "log": "Show what was applied when.",
    "calendar": "Show dated exceptions to come.",
    "holidays": "Propose public holidays as dated exceptions.",
    "targets": "List the targets.",
    "auth": "Show what the token is for, or refresh it.",
    "traffic": "Write traffic reports, and compare declared hours with traffic.",
    "schema": "Print a JSON Schema.",
    "explain": "Explain a diagnostic.",
    "doctor": "Check configuration, token, clock, export and templates.",
    "completion": "Print the completion script of bash, zsh or fish.",
    "sandbox": "Serve the API on loopback with seeded data.",
    "demo": "Run the whole flow on the bundled example.",
}
"""Every command and its one-line help. The module of a command has the same name."""
_MODULES = {"traffic": "dfsync.traffic.command"}
"""Commands whose module is elsewhere, in a package that may be left out."""
if not find_spec("dfsync.traffic"):
    del COMMANDS["traffic"]


_EXIT_CODES = """\b
Exit codes:
  0    done; nothing wrong
  1    an error: invalid files or configuration, or the API refused
  2    differences: plan --detailed-exitcode with changes, drift with drift
  3    applied in part, or live afterwards is not what was planned
  4    nothing sent: plan stale, altered, for another target, or locked
  5    nothing sent: a guard refused
  64   wrong usage
  130  interrupted, everything so far recorded
"""


class LazyGroup(click.Group):
    """A group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of a first use."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command; None if there is no such command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        with collector_paused(stays=True):
            module = importlib.import_module(_MODULES.get(cmd_name, f"dfsync.commands.{cmd_name}"))
        command: click.Command = module.command
        accept_globals(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is called. Raises `UsageError` with a suggestion."""
        name = args[0]
        if not name.startswith("-") and name not in COMMANDS:
            raise click.UsageError(f"no such command: {visible(name)}{_meant(name)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Unlike click, take it for no error if the reader of the output has read enough."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            return _without_reader()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    epilog=_EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s", prog_name="dfsync")
@global_options
@click.pass_context
def group(ctx: click.Context, /, **given: Any) -> None:
    """Keep Dragonfruit sites, contacts and opening hours as reviewed files in git."""
    ctx.obj = Invocation(Path.cwd(), None, 0, "text", "auto", dict(os.environ), Path.cwd())
    ctx.obj = apply_globals(ctx, given)


def _format_option(error: click.NoSuchOption) -> str | None:
    """Return the option that was meant by the name of a format, such as `--json`."""
    name = error.option_name.removeprefix("--")
    for option in error.ctx.command.params if error.ctx else ():
        if option.name == "format" and isinstance(option.type, click.Choice) and name in option.type.choices:
            return f"--format {name}"
    return None


def _meant(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), [*COMMANDS, *_OTHER_WORDS], n=2, cutoff=0.6)
    meant = list(dict.fromkeys(_OTHER_WORDS.get(word, word) for word in near))
    return f"; did you mean {' or '.join(meant)}?" if meant else ""


_OTHER_WORDS = {"check": "validate", "lint": "validate", "status": "drift", "import": "pull", "format": "fmt"}
"""What users of other tools type, and the command that does it."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code. Every error becomes a message on stderr.

    If the command line asks for JSON, the error is also a `dfsync/error` document on stdout.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    errors = ErrorOutput(as_json=asks_for_json(arguments))
    try:
        result = group.main(list(arguments), prog_name="dfsync", standalone_mode=False)
        sys.stdout.flush()
        return int(result or ExitCode.OK)
    except DfsyncError as error:
        return errors.show(error.exit_code, error.message, error.help, findings_of(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.UsageError as error:
        hint = f"try {error.ctx.command_path} --help" if error.ctx else None
        if isinstance(error, click.NoSuchOption) and (option := _format_option(error)):
            return errors.show(ExitCode.USAGE, error.message, f"write {option}")
        return errors.show(ExitCode.USAGE, error.format_message(), hint)
    except click.ClickException as error:
        return errors.show(ExitCode.ERROR, error.format_message())
    except (KeyboardInterrupt, click.Abort):
        return errors.show(ExitCode.INTERRUPTED, "interrupted")
    except BrokenPipeError:
        return _without_reader()
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return errors.show(ExitCode.ERROR, f"{where}{error.strerror or error}")
    except Exception as error:  # a defect of dfsync: it ends in a message too, and not in a traceback
        if os.environ.get("DFSYNC_TRACEBACK"):
            raise
        what = f"dfsync failed in a way it should not: {type(error).__name__}: {error}"
        return errors.show(ExitCode.ERROR, what, _DEFECT)


def _without_reader() -> ExitCode:
    discard_output()
    return ExitCode.OK


_DEFECT = "this is a defect; run again with DFSYNC_TRACEBACK=1 and report what it prints"
