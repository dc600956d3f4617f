"""The command group: which commands there are, and what becomes of their errors.

A command's module is imported when it is called, so that a hook on one file does not pay for what it does not use.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import chdir
from importlib.util import find_spec
from pathlib import Path

import click

from dfsync import __version__
from dfsync.commands.context import Invocation
from dfsync.commands.error_output import complain
from dfsync.errors import DfsyncError, ExitCode

COMMANDS = {
    "init": "Start a repository: configuration, one site, hooks and CI workflow.",
    "validate": "Check files.",
    "fmt": "Rewrite files in canonical style, comments kept.",
    "export": "Write live sites.",
    "plan": "Show what apply would do.",
    "apply": "Send a plan and verify that it arrived.",
    "render": "Write the CSVs that apply would upload.",
    "drift": "Show what was edited elsewhere since the last apply.",
    "diff": "Show what two revisions differ in, as desired state.",
    "pull": "Write live, or a spreadsheet, into the files.",
    "log": "Show what was applied when.",
    "calendar": "Show dated exceptions to come.",
    "targets": "List the targets.",
    "auth": "Show what the token is for, or refresh it.",
    "traffic": "Traffic reports; declared hours against observed traffic.",
    "schema": "Print a JSON Schema.",
    "explain": "Explain a diagnostic.",
    "doctor": "Check configuration, token, clock, export and templates.",
    "sandbox": "Serve the API on loopback with seeded data.",
    "demo": "Run the whole flow on the bundled example.",
}
"""Every command and its one-line help; the module of a command has its name."""
_MODULES = {"traffic": "dfsync.traffic.command"}
"""The commands that are somewhere else: in a room that may be left out."""
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
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they are met."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, None when there is no such."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(_MODULES.get(cmd_name, f"dfsync.commands.{cmd_name}"))
        command: click.Command = module.command
        return command

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
@click.version_option(__version__, message="%(prog)s %(version)s", prog_name="dfsync")
@click.option("-C", "directory", metavar="DIR", default=".", help="Run as if started in DIR.")
@click.option("--target", metavar="NAME", help="The target; default_target of dfsync.yaml when left out.")
@click.option("-v", "--verbose", count=True, help="Show each request on stderr; twice for more.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors only.")
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text", help="The form of what -v shows.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the output.")
@click.pass_context
def group(
    ctx: click.Context, directory: str, target: str | None, verbose: int, quiet: bool, log_format: str, color: str
) -> None:
    """Keep Dragonfruit sites, contacts and opening hours as reviewed files in git."""
    folder = Path(directory)
    if not folder.is_dir():
        raise click.BadParameter(f"{directory!r} is not a folder", ctx, param_hint="-C")
    if directory != ".":
        ctx.with_resource(chdir(folder))
    ctx.obj = Invocation(Path.cwd(), target, -1 if quiet else verbose, log_format, color, dict(os.environ))


def _is_global(option: str) -> bool:
    return any(option in parameter.opts for parameter in group.params)


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code; every error becomes a message on stderr."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        result = group.main(list(arguments), prog_name="dfsync", standalone_mode=False)
        sys.stdout.flush()
        return int(result or ExitCode.OK)
    except DfsyncError as error:
        complain(error.message, error.help)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.UsageError as error:
        hint = f"try {error.ctx.command_path} --help" if error.ctx else None
        if isinstance(error, click.NoSuchOption) and _is_global(error.option_name):
            complain(f"no such option here: {error.option_name}", "write it before the command, after dfsync")
        else:
            complain(error.format_message(), hint)
        return ExitCode.USAGE
    except click.ClickException as error:
        complain(error.format_message(), None)
        return ExitCode.ERROR
    except (KeyboardInterrupt, click.Abort):
        complain("interrupted", None)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{error.strerror or error}", None)
        return ExitCode.ERROR
    except Exception as error:  # the last resort: a defect still ends in a message, not a traceback
        if os.environ.get("DFSYNC_TRACEBACK"):
            raise
        complain(f"dfsync failed in a way it should not: {type(error).__name__}: {error}", _DEFECT)
        return ExitCode.ERROR


_DEFECT = "this is a defect; run again with DFSYNC_TRACEBACK=1 and report what it prints"
