"""Files that the patterns of dfsync.yaml just miss, for the message that no file matches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dfsync.files.storage.glob import compiled
from dfsync.files.storage.tree import Tree
from dfsync.model.text import counted, shortened

_ENDINGS = (".yaml", ".yml")
_NOT_SITES = frozenset({"schemas", ".github", ".vscode", "docs", "node_modules"})
_FEW = 3


def near_misses(tree: Tree, patterns: Sequence[str]) -> str | None:
    """Say which files match but for letter case, a leading dot or an ending, or where else YAML files lie."""
    wanted = [compiled(pattern.casefold()).match for pattern in patterns]
    near, folders = list[str](), Counter[str]()
    for name in tree.names():
        if any(match(_folded(name)) for match in wanted):
            near.append(name)
        folder, _, rest = name.partition("/")
        if rest and folder not in _NOT_SITES and name.casefold().endswith(_ENDINGS):
            folders[folder] += 1
    if near:
        more = f" and {len(near) - _FEW:,} more" if len(near) > _FEW else ""
        some = ", ".join(shortened(name, 60) for name in sorted(near)[:_FEW])
        return f"the patterns just miss {some}{more}: rename them; letter case counts, and hidden files are left out"
    for folder, number in folders.most_common(1):
        name = shortened(folder, 40)
        return f"{name}/ has {counted(number, 'YAML file')}: to read it, write {name}/**/*.yaml in dfsync.yaml"
    return None


def _folded(name: str) -> str:
    """Return a path without letter case, leading dots and an ending that was put after .yaml."""
    folded = "/".join(part.lstrip(".") for part in name.casefold().split("/"))
    return next(
        (folded[: folded.rindex(ending) + len(ending)] for ending in _ENDINGS if f"{ending}." in folded), folded
    )
