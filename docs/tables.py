"""The generated parts of the reference pages: fields from the JSON Schemas, commands from their own help.

The pages call these functions through cog: `python docs/generate.py` writes them anew, and a test says when they are
stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from dfsync.commands.main import COMMANDS, group
from dfsync.runtime.resources import schema
from docs.examples import EXAMPLES
from docs.settings import kind


def fields(name: str, definition: str | None = None) -> str:
    """Return a table of the fields of a schema, or of one of its definitions, nested fields dotted."""
    whole = schema(name)
    part = whole["definitions"][definition] if definition else whole
    rows = [f"| `{field}` | {of} | {text} |" for field, of, text in _rows(part, whole, "")]
    return "\n".join(["| field | what it holds | |", "|---|---|---|", *rows])


def commands() -> str:
    """Return the help of every command, in the order of `dfsync --help`."""
    context = click.Context(
        group, info_name="dfsync", terminal_width=100, help_option_names=["-h", "--help"], show_default=True
    )
    parts = [_help(group, context)]
    for name in COMMANDS:
        command = group.get_command(context, name)
        if command is not None:
            parts.append(_section(name, command, context, "##"))
    return "\n\n".join(parts)


def _section(name: str, command: click.Command, parent: click.Context, level: str) -> str:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=100)
    title = f"{level} {context.command_path}"
    parts = [title, _help(command, context)]
    if examples := EXAMPLES.get(context.command_path):
        parts.append("\n".join(["```sh", *examples, "```"]))
    if isinstance(command, click.Group):
        for member in command.list_commands(context):
            nested = command.get_command(context, member)
            if nested is not None:
                parts.append(_section(member, nested, context, level + "#"))
    return "\n\n".join(parts)


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context).rstrip()}\n```"


def _rows(part: Mapping[str, Any], whole: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str, str]]:
    required = part.get("required", [])
    for name, member in part.get("properties", {}).items():
        found = _resolved(member, whole)
        needed = "required; " if name in required else ""
        text = str(found.get("description", "")).replace("|", "\\|")
        example = _example(found)
        yield prefix + name, needed + kind(found), text + (f" For example {example}." if example else "")
        if found.get("type") == "object" and "properties" in found:
            yield from _rows(found, whole, f"{prefix}{name}.")
        for keyword, step in (("additionalProperties", ".NAME"), ("items", "[]")):
            inner = found.get(keyword)
            if isinstance(inner, Mapping) and found is not whole:
                nested = _resolved(inner, whole)
                if nested.get("properties") and nested is not part:
                    yield from _rows(nested, whole, f"{prefix}{name}{step}.")


def _resolved(member: Mapping[str, Any], whole: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = member.get("$ref")
    return whole["definitions"][reference.rpartition("/")[2]] if reference else member


def _example(member: Mapping[str, Any]) -> str:
    import json

    examples = member.get("examples", [])
    if not examples or member.get("type") == "object":
        return ""
    first = examples[0]
    return f"`{first if isinstance(first, str) else json.dumps(first, ensure_ascii=False)}`"


def sandbox_settings() -> str:
    """Return a table of the sandbox's settings, their defaults and meanings."""
    from dataclasses import fields as members

    from dfsync.sandbox import SandboxSettings

    rows = [f"| `{m.name}` | `{_shown(m.default)}` | {m.metadata['help']} |" for m in members(SandboxSettings)]
    return "\n".join(["| setting | default | |", "|---|---|---|", *rows])


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)
