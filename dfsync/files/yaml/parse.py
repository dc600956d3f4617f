"""YAML whose text stays text.

A plain scalar is never turned into something else: `02134`, `NO` and `18:59` are the strings that were typed, and only
null is None. PyYAML's constructor would read 1116, False and 1139. This module is the face of it, bytes in, documents
and problems out: what comes out is described in `dfsync.files.yaml.values`, and built from libyaml's events by
`dfsync.files.yaml.documents`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from dfsync.files.yaml.values import (
    AMBIGUOUS,
    DUPLICATE_KEY,
    NOT_TEXT,
    NULLS,
    TOO_MUCH,
    NotReadError,
    YamlFile,
    YamlProblem,
    point,
    value_at,
)

__all__ = ["AMBIGUOUS", "DUPLICATE_KEY", "NULLS", "TOO_MUCH", "YamlFile", "parse", "value_at"]

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SECOND_BOM = re.compile("^\ufeff", re.MULTILINE)
_LINE_BREAKERS = re.compile("[\x85\u2028\u2029]")


def parse(data: bytes, *, with_marks: bool = False) -> YamlFile:
    """Read a YAML file. Problems are returned and not raised. After a syntax error, the documents before it remain.

    With `marks` the place of every key and value is kept; otherwise only the places of problems.
    """
    parsed = YamlFile()
    text = _decoded(data, parsed)
    if text is None:
        return parsed
    yaml, parser_of, builder_of, words = _reader()
    parser = parser_of(text)
    try:
        builder_of(parser, parsed, text, with_marks=with_marks).run()
    except NotReadError as refused:
        if refused.problem.code == TOO_MUCH:
            parsed = YamlFile()  # nothing of it is looked at: that would be too much, too
        parsed.problems.append(refused.problem)
    except yaml.MarkedYAMLError as error:
        parsed.problems.append(words.syntax_problem(error, text))
    except yaml.reader.ReaderError as error:
        parsed.problems.append(words.reader_problem(text, error.position))
    finally:
        parser.dispose()
    return parsed


@cache
def _reader() -> tuple[Any, Any, Any, Any]:
    """Import the parser. It is not needed if nothing has changed."""
    import yaml
    from yaml._yaml import CParser

    from dfsync.files.yaml import syntax_errors
    from dfsync.files.yaml.documents import DocumentBuilder

    return yaml, CParser, DocumentBuilder, syntax_errors


def _decoded(data: bytes, parsed: YamlFile) -> str | None:
    """Return the text without a BOM; None after reporting what can't be text."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        span = point(data[: error.start].decode("utf-8").removeprefix("\ufeff"))
        message, help = "the file is not UTF-8 here", "save the file as UTF-8"
        if data.startswith(_UTF16):
            message, help = "the file is UTF-16", f"{help}; in PowerShell, Out-File -Encoding utf8 writes it"
        parsed.problems.append(YamlProblem(NOT_TEXT, message, span, (), help))
        return None
    text = text.removeprefix("\ufeff")
    if "\ufeff" in text and (joint := _SECOND_BOM.search(text)):
        message = "U+FEFF (a byte order mark) stands in the middle of the file, as if two files were put together"
        parsed.problems.append(YamlProblem(NOT_TEXT, message, point(text[: joint.start()]), (), "take it out"))
        return None
    if ("\x85" in text or "\u2028" in text or "\u2029" in text) and (found := _LINE_BREAKERS.search(text)):
        name = f"U+{ord(found[0]):04X}"
        message = f"{name} is a line break to some YAML readers and none to others"
        help = f'put "\\u{ord(found[0]):04x}" in double quotes, or take it out'
        parsed.problems.append(YamlProblem(NOT_TEXT, message, point(text[: found.start()]), (), help))
        return None
    return text
