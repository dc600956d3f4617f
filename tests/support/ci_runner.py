"""A model of how GitHub's runner reads a log: which lines of it are obeyed as commands.

Behaviour as in actions/runner, src/Runner.Common/ActionCommand.cs and src/Runner.Worker/ActionCommandManager.cs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KNOWN = {
    *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "internal-set-repo-path"),
    *("notice", "remove-matcher", "save-state", "set-env", "set-output", "stop-commands", "warning"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """Is a command as the runner understood it."""

    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> list[Command]:
    """Return what the runner would obey in this log."""
    lines = re.split("\r\n|\r|\n", log)
    return [command for line in lines if (command := _double_colon(line) or _bracket(line))]


def _double_colon(line: str) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, written = line[2:end].partition(" ")
    if name.lower() not in KNOWN:
        return None
    properties = _properties(written.strip(), ",", {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"})
    return Command(name, properties, _unescaped(line[end + 2 :], {"%0D": "\r", "%0A": "\n", "%25": "%"}))


def _bracket(line: str) -> Command | None:
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, written = line[start + 3 : end].partition(" ")
    if name.lower() not in KNOWN:
        return None
    escapes = {"%3B": ";", "%0D": "\r", "%0A": "\n", "%5D": "]", "%25": "%"}
    return Command(name, _properties(written, ";", escapes), _unescaped(line[end + 1 :], escapes))


def _properties(written: str, separator: str, escapes: dict[str, str]) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in written.split(separator) if part)
    return {pair[0]: _unescaped(pair[1], escapes) for pair in pairs if len(pair) == 2 and all(pair)}


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for written, meant in escapes.items():
        text = text.replace(written, meant)
    return text
