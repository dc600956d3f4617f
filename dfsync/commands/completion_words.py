"""The words that a shell completes: targets, rule codes, site ids and groups.

It is asked at every TAB, so it imports nothing. Only plain words are given: a shell would have to quote others, and the
ids of a repository come from anybody.
"""

from __future__ import annotations

import os

CACHE_FILE = "completion"
"""The file of the cache that has ids and groups, a line each: `id` or `group`, a tab, the word."""

_DIGEST = 32
_MOST = 2_000
_BESIDE_LETTERS = frozenset("_.@+-/")


def words(kind: str, begins: str, folder: str) -> list[str]:
    """Return the words of a kind that begin so, of the repository that a folder lies in; none if anything is amiss."""
    try:
        found = sorted({word for word in _SOURCES[kind](folder) if word.startswith(begins)})
    except (OSError, ValueError, KeyError):
        return []
    plain: list[str] = []
    for word in found:  # of many thousand words, only those that are given are looked at letter by letter
        if len(plain) == _MOST:
            break
        if _is_plain(word):
            plain.append(word)
    return plain


def _codes(_: str) -> list[str]:
    names = os.listdir(os.path.join(os.path.dirname(os.path.dirname(__file__)), "validation", "rules"))
    return [name[:5].upper() for name in names if name.startswith("df") and name[2:5].isdigit()]


def _ids(folder: str) -> list[str]:
    return _cached(folder, "id")


def _groups(folder: str) -> list[str]:
    return _cached(folder, "group")


def _cached(folder: str, kind: str) -> list[str]:
    with open(os.path.join(_root(folder), ".dfsync", "cache", CACHE_FILE), "rb") as file:
        lines = file.read()[_DIGEST:].decode("utf-8").split("\n")
    begins = f"{kind}\t"
    return [line[len(begins) :] for line in lines if line.startswith(begins)]


def _targets(folder: str) -> list[str]:
    """Return the names below `targets:`, of a mapping in either style, without a YAML parser."""
    with open(os.path.join(_root(folder), "dfsync.yaml"), encoding="utf-8") as file:
        _, found, rest = f"\n{file.read()}".partition("\ntargets:")
    if not found:
        return []
    first, _, below = rest.partition("\n")
    if first.strip().startswith("{"):
        return _inline(rest)
    lines = [line for line in below.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    indent = len(lines[0]) - len(lines[0].lstrip()) if lines else 0
    names = []
    for line in lines:
        own = len(line) - len(line.lstrip())
        if not indent or own < indent:
            break
        if own == indent and ":" in line:
            names.append(line.partition(":")[0].strip().strip("\"'"))
    return names


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
    """Return the nearest folder at or above with a dfsync.yaml. Raises OSError when there is none."""
    folder = os.path.abspath(folder)
    while not os.path.isfile(os.path.join(folder, "dfsync.yaml")):
        above = os.path.dirname(folder)
        if above == folder:
            raise OSError("no dfsync.yaml")
        folder = above
    return folder


def _is_plain(word: str) -> bool:
    return bool(word) and word[0] != "-" and all(c.isalnum() or c in _BESIDE_LETTERS for c in word)
