"""Finds files that the patterns of dfsync.yaml just miss, for the message that no file matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from dfsync.files.storage.glob import compiled
from dfsync.files.storage.tree import Tree
from dfsync.model.text import counted, shortened

_ENDINGS = (".yaml", ".yml")
_NOT_SITES = frozenset({"schemas", ".github", ".vscode", "docs", "node_modules"})
_FEW = 3


def near_misses(tree: Tree, patterns: Sequence[str]) -> str | None:
    """Say which files match except for letter case, a leading dot or an ending, or where other YAML files are."""
    names = list(tree.names())
    if said := just_missed(names, patterns, ()):
        return said
    folders = Counter(name.partition("/")[0] for name in names if "/" in name and name.casefold().endswith(_ENDINGS))
    for folder, number in folders.most_common():
        if folder not in _NOT_SITES:
            name = shortened(folder, 40)
            return f"{name}/ has {counted(number, 'YAML file')}: to read it, write {name}/**/*.yaml in dfsync.yaml"
    return None


def just_missed(names: Iterable[str], patterns: Sequence[str], known: Collection[str]) -> str | None:
    """Say which of the names match but for letter case, a leading dot or an ending; `known` are those that match."""
    wanted = [compiled(pattern.casefold()).match for pattern in patterns]
    near = [name for name in names if name not in known and any(match(_folded(name)) for match in wanted)]
    if not near:
        return None
    more = f" and {len(near) - _FEW:,} more" if len(near) > _FEW else ""
    some = ", ".join(shortened(name, 60) for name in sorted(near)[:_FEW])
    return f"the patterns just miss {some}{more}: rename them; letter case counts, and hidden files are left out"


def _folded(name: str) -> str:
    """Return a path without letter case, leading dots and an ending that was put after .yaml."""
    folded = "/".join(part.lstrip(".") for part in name.casefold().split("/"))
    return next(
        (folded[: folded.rindex(ending) + len(ending)] for ending in _ENDINGS if f"{ending}." in folded), folded
    )
