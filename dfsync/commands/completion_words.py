"""The words that a shell completes: targets, rule codes, site ids and groups.

It is asked at every TAB, so it imports nothing. Only plain words are offered: a shell would have to quote others, and
anybody may have written the ids.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as type checkers know it; the module that has it costs as much as all of this
if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE_FILE = "completion"
"""The file of the cache that has ids and groups, a line each and sorted: `id` or `group`, a tab, the word."""

_DIGEST = 32
_MOST = 2_000
_BESIDE_LETTERS = frozenset("_.@+-/")


def words(kind: str, begins: str, folder: str) -> list[str]:
    """Return the words of a kind that begin with some letters, in the repository around a folder; none on an error."""
    plain: list[str] = []
    try:
        for word in _SOURCES[kind](folder, begins):
            if len(plain) == _MOST:
                break
            if word.startswith(begins) and _is_plain(word):
                plain.append(word)
    except (OSError, ValueError, KeyError):
        return []
    return plain


def _codes(_: str, __: str) -> list[str]:
    names = os.listdir(os.path.join(os.path.dirname(os.path.dirname(__file__)), "validation", "rules"))
    return sorted(name[:5].upper() for name in names if name.startswith("df") and name[2:5].isdigit())


def _ids(folder: str, begins: str) -> Iterator[str]:
    return _cached(folder, "id", begins)


def _groups(folder: str, begins: str) -> Iterator[str]:
    return _cached(folder, "group", begins)


def _cached(folder: str, kind: str, begins: str) -> Iterator[str]:
    """Yield the words of the cache that begin with some letters, in order, without a look at the others."""
    with open(os.path.join(_root(folder), ".dfsync", "cache", CACHE_FILE), "rb") as file:
        data = b"\n" + file.read()[_DIGEST:]
    mark = f"\n{kind}\t".encode()
    line = mark + begins.encode()
    at = data.find(line)
    while at >= 0:
        end = data.find(b"\n", at + 1)
        yield data[at + len(mark) : end].decode()
        at = data.find(line, end)


def _targets(folder: str, _: str) -> list[str]:
    """Return the names below `targets:`, of a mapping in either style, without a YAML parser."""
    with open(os.path.join(_root(folder), "dfsync.yaml"), encoding="utf-8") as file:
        _, found, rest = f"\n{file.read()}".partition("\ntargets:")
    if not found:
        return []
    first, _, below = rest.partition("\n")
    if first.strip().startswith("{"):
        return sorted(_inline(rest))
    lines = [line for line in below.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    names = []
    for line in lines:
        own = len(line) - len(line.lstrip())
        if not indent or own < indent:
            break
        if own == indent and ":" in line:
            names.append(line.partition(":")[0].strip().strip("\"'"))
    return sorted(names)


def _inline(text: str) -> list[str]:
    depth, name, names = 0, "", []
    for character in text:
        if character == "{":
            depth, name = depth + 1, ""
        elif character == "}":
            depth -= 1
            if not depth:
                break
        elif depth == 1 and character == ":":
            names.append(name.strip().strip("\"'"))
        elif character == ",":
            name = ""
        else:
            name += character
    return names


_SOURCES = {"codes": _codes, "ids": _ids, "groups": _groups, "targets": _targets}


def _root(folder: str) -> str:
    """Return the nearest folder at or above with a dfsync.yaml. Raises OSError if there is none."""
    folder = os.path.abspath(folder)
    while not os.path.isfile(os.path.join(folder, "dfsync.yaml")):
        above = os.path.dirname(folder)
        if above == folder:
            raise OSError("no dfsync.yaml")
        folder = above
    return folder


def _is_plain(word: str) -> bool:
    return bool(word) and word[0] != "-" and all(c.isalnum() or c in _BESIDE_LETTERS for c in word)
