"""`dfsync explain`: what a diagnostic means, with an example that fails and one that passes."""

from __future__ import annotations

import json

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.errors import ExitCode, InputError
from dfsync.model.likeness.spelling import suggestion
from dfsync.validation.rules.catalogue import catalogue, manual, title


@click.command("explain")
@click.argument("code", required=False)
@click.option(
    "--format", "format", type=click.Choice(["text", "json"]), default="text", help="The format of the output."
)
@click.pass_obj
def command(invocation: Invocation, /, *, code: str | None, format: str) -> int:
    """Explain a diagnostic by its CODE; without CODE, list them all."""
    rules = catalogue()
    code = code.upper() if code else None
    if code is not None and code not in rules:
        help = suggestion(code, rules) or "dfsync explain lists all codes"
        raise InputError(f"no diagnostic has the code {code[:40]!r}", help=help)
    if format == "json":
        entries = [
            {
                "code": rule.code,
                "title": title(rule.code),
                "level": rule.level,
                "safety": rule.safety,
                "text": manual(rule.code),
            }
            for rule in rules.values()
            if code in (None, rule.code)
        ]
        invocation.result(json.dumps(entries, indent=2))
    elif code is not None:
        invocation.result(manual(code))
    else:
        invocation.result("".join(f"{rule.code}  {rule.level:<7}  {title(rule.code)}\n" for rule in rules.values()))
    return ExitCode.OK
