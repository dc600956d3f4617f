"""Finds files that the patterns of dfsync.yaml just miss: by letter case, a leading dot or an ending after `.yaml`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from dfsync.files.storage.glob import compiled
from dfsync.files.storage.tree import Tree, WorkTree
from dfsync.findings import Finding
from dfsync.model.place import TOP, Place
from dfsync.model.text import counted, first_few, shortened

JUST_MISSED = "DF009"
_ENDINGS = (".yaml", ".yml")
_NOT_SITES = frozenset({"schemas", ".github", ".vscode", "docs", "node_modules"})
_MOST_LOOKED = 2_000
"""The number of files on disk above which the search is left out: it takes a good part of a check without changes."""


def near_misses(tree: Tree, patterns: Sequence[str]) -> str | None:
    """Return the help for the message that no file matches: names that are just missed, or folders with YAML files."""
    names = list(tree.names())
    if near := sorted(name for name, _ in _missed(names, patterns, ())):
        some = first_few(near, 3)
        return f"the patterns just miss {some}: rename them; letter case counts, and hidden files are left out"
    folders = Counter(name.partition("/")[0] for name in names if "/" in name and name.casefold().endswith(_ENDINGS))
    for folder, number in folders.most_common():
        if folder not in _NOT_SITES:
            name = shortened(folder, 40)
            return f"{name}/ has {counted(number, 'YAML file')}: to read it, write {name}/**/*.yaml in dfsync.yaml"
    return None


def just_missed(tree: Tree, patterns: Sequence[str], known: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each file that the patterns just miss; `known` are those that they match."""
    if not known or (isinstance(tree, WorkTree) and len(known) > _MOST_LOOKED):
        return
    for name, meant in _missed(tree.names(), patterns, known):
        if meant not in known:
            message = "the patterns of dfsync.yaml just miss this file, so it is not read"
            yield Finding(JUST_MISSED, message, Place(name), help=f"rename it to {meant}", span=TOP)


def _missed(names: Iterable[str], patterns: Sequence[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that would match with another spelling, each with that spelling."""
    wanted = [compiled(pattern).match for pattern in patterns]
    folded = [compiled(pattern.casefold()).match for pattern in patterns]
    for name in names:
        if name in known:
            continue
        near = _folded(name)
        if any(match(near) for match in folded):
            spellings = _spellings(name)
            meant = next((each for each in spellings if any(match(each) for match in wanted)), None)
            yield name, meant or near


def _spellings(name: str) -> Iterator[str]:
    """Yield the names that may have been meant, the most similar first."""
    shown = "/".join(part.lstrip(".") for part in name.split("/"))
    yield shown
    cut = next((shown[: shown.rindex(ending) + len(ending)] for ending in _ENDINGS if f"{ending}." in shown), shown)
    yield cut
    stem, dot, ending = cut.rpartition(".")
    yield f"{stem}{dot}{ending.lower()}"
    folders, slash, last = cut.rpartition("/")
    yield f"{folders.lower()}{slash}{last}"


def _folded(name: str) -> str:
    """Return a path without letter case, leading dots and an ending that was put after .yaml."""
    folded = "/".join(part.lstrip(".") for part in name.casefold().split("/"))
    return next(
        (folded[: folded.rindex(ending) + len(ending)] for ending in _ENDINGS if f"{ending}." in folded), folded
    )
