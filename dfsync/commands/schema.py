"""`dfsync schema`: the JSON Schemas, as editors and validate use them."""

from __future__ import annotations

import json

import click

from dfsync.commands.invocation.context import Invocation
from dfsync.runtime.resources import schema

NAMES = ("site", "contact", "config", "plan", "receipt", "diagnostics")


@click.command("schema")
@click.argument("name", type=click.Choice(NAMES), default="site")
@click.pass_obj
def command(invocation: Invocation, /, *, name: str) -> None:
    """Print the JSON Schema of a kind of file, by default that of a site file."""
    invocation.result(json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n")
