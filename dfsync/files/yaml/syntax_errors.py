"""Turns libyaml's errors into messages that say what to do."""

from __future__ import annotations

import re
from typing import Any

from dfsync.files.yaml.values import NOT_TEXT, SYNTAX, TOO_DEEP, TOO_MUCH, YamlProblem, point
from dfsync.model.likeness.characters import in_syntax
from dfsync.model.place import Span
from dfsync.model.text import shortened

_CONFLICT = r"(?m)^<{7}(?: .*)?$"
_KEY = r"[ -]*[\w.]+[ ]*"
_COLON = "mapping values are not allowed"
_NO_START = "found character that cannot start any token"
_WORDS = (
    (_COLON, "a plain value can't contain `: `", "put the value in quotes"),
    (_NO_START, "a plain value can't start with this character", "put the value in quotes"),
    (
        "did not find expected alphabetic or numeric character",
        "a plain value can't start with * or &",
        "put the value in quotes",
    ),
    ("could not find expected ':'", "a key here has no `: ` after it", "the form is key: value"),
    (
        "did not find expected key",
        "the indentation or quoting here does not fit what stands above",
        "line the keys up; put values with quotes or colons in quotes",
    ),
    ("found unexpected end of stream", "a quoted value is not closed", "add the missing quote"),
    (
        "did not find expected ',' or ']'",
        "a list in brackets is not closed, or lacks a comma",
        "the form is [one, two]",
    ),
    (
        "did not find expected ',' or '}'",
        "a mapping in braces is not closed, or lacks a comma",
        "the form is {key: value, key: value}",
    ),
    ("did not find expected whitespace or line break", "tags are not read", "put a text that begins with ! in quotes"),
    ("found undefined tag handle", "tags are not read", "put the value in quotes"),
    ("found undefined alias", "the alias points to no anchor", "put the value in quotes, or define the anchor above"),
    ("did not find expected '-' indicator", "the list is not continued here", "line the dashes up"),
    (
        "found unknown escape character",
        "an unknown escape in a double-quoted value",
        "double the backslash, or use single quotes",
    ),
    (
        "found invalid Unicode character escape code",
        "the escape names no character",
        "use the character itself, or a \\u escape outside D800 to DFFF",
    ),
    (
        "block sequence entries are not allowed",
        "a list can't begin on this line",
        "put the dash on a line of its own, or the value in quotes",
    ),
    (
        "did not find expected <document start>",
        "this does not belong to what stands above",
        "line it up, or begin a document with ---",
    ),
    ("did not find expected node content", "a value can't begin like this inside brackets", "put the value in quotes"),
    ("directive", "a %YAML or %TAG directive is not read", "put a value that starts with % in quotes"),
)


def syntax_problem(error: Any, text: str) -> YamlProblem:
    """Return the problem of a `yaml.MarkedYAMLError`. A missing end is shown where the value begins."""
    mark = error.problem_mark or error.context_mark
    if mark and error.context_mark and mark.line >= text.rstrip().count("\n") + 1:
        mark = error.context_mark
    words = str(error.problem or error.context or "not YAML")
    if conflict := re.search(_CONFLICT, text):
        message = "a merge left a conflict here"
        help = "keep what is right of both sides, and take out the lines with <<<<<<<, ======= and >>>>>>>"
        return YamlProblem(SYNTAX, message, point(text[: conflict.start()]), (), help)
    span = Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2) if mark else Span(1, 1, 1, 2)
    if "exceeded maximum nesting depth" in words:  # libyaml 0.2.6 may see so far ahead before an event tells us
        return YamlProblem(TOO_MUCH, TOO_DEEP, span)
    other = _other_character(text, span.line)
    if mark and not other and words.startswith(_COLON) and re.fullmatch(_KEY, _line(text, mark.line)[: mark.column]):
        help = "line it up with the keys that it belongs to"
        return YamlProblem(SYNTAX, "the key is indented unlike what stands above", span, (), help)
    if mark and words.startswith(_NO_START) and _line(text, mark.line)[mark.column : mark.column + 1] == "\t":
        return YamlProblem(SYNTAX, "a tab can't indent a line", span, (), other or "indent with spaces")
    for found, message, help in _WORDS:
        if found in words:
            return YamlProblem(SYNTAX, message, span, (), other or help)
    return YamlProblem(SYNTAX, f"not YAML: {shortened(words)}", span)


def _other_character(text: str, line: int) -> str | None:
    """Say which character of a line, or of the two above it, only looks like one of YAML."""
    if text.isascii():
        return None
    for number in (line, line - 1, line - 2):
        if number > 0 and (told := in_syntax(_line(text, number - 1))):
            return told if number == line else f"in line {number}, {told}"
    return None


def _line(text: str, number: int) -> str:
    """Return a line, counted from 0 as libyaml does, for which a lone carriage return ends one too."""
    lines = re.split("\r\n|[\n\r\x85\u2028\u2029]", text)
    return lines[number] if number < len(lines) else ""


def reader_problem(text: str, position: int) -> YamlProblem:
    """Return the problem of a character that YAML forbids, at a byte offset of the text in UTF-8."""
    offset = position if text.isascii() else len(text.encode("utf-8")[:position].decode("utf-8", "ignore"))
    character = text[offset] if offset < len(text) else "\0"
    message = f"the character U+{ord(character):04X} may not stand in a YAML file"
    help = "take it out, or write it as an escape in double quotes"
    return YamlProblem(NOT_TEXT, message, point(text[:offset]), (), help)
