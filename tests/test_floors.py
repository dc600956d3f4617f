"""The floors of the house: whoever opens a folder sees a flow of few layers."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "dfsync"
FOLDERS = sorted(path.parent for path in PACKAGE.rglob("__init__.py"))
MOST = 4


def floors(imports: Mapping[str, set[str]]) -> dict[str, int]:
    """Return the floor of each room: one above the highest room that it imports. Fails for rooms in a circle."""
    found: dict[str, int] = {}

    def floor(room: str, above: tuple[str, ...] = ()) -> int:
        assert room not in above, f"a circle: {' → '.join((*above, room))}"
        if room not in found:
            found[room] = 1 + max((floor(lower, (*above, room)) for lower in imports[room]), default=0)
        return found[room]

    for room in imports:
        floor(room)
    return found


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != PACKAGE], ids=lambda f: f.name)
def test_no_folder_has_more_than_four_floors(folder: Path) -> None:
    """A folder inside counts as one room. Imports inside functions and for types count too.

    The package itself has a floor for each step of the flow; its contract in pyproject.toml names them.
    """
    found = floors(_imports_in(folder))
    assert not found or max(found.values()) <= MOST, sorted(found, key=lambda room: found[room])


def test_a_long_chain_and_a_circle_are_seen() -> None:
    chain = {"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"e"}, "e": set[str]()}
    assert floors(chain)["a"] == MOST + 1
    with pytest.raises(AssertionError, match="a circle: a → b → a"):
        floors({"a": {"b"}, "b": {"a"}})


def test_every_folder_says_what_it_holds() -> None:
    for folder in FOLDERS:
        assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))), folder


def _imports_in(folder: Path) -> dict[str, set[str]]:
    """Return the rooms of a folder, each with the other ones that it imports."""
    rooms: dict[str, set[str]] = defaultdict(set)
    inside = (*folder.relative_to(PACKAGE.parent).parts,)
    for path in folder.rglob("*.py"):
        if path == folder / "__init__.py":
            continue
        room = path.relative_to(folder).parts[0].removesuffix(".py")
        rooms[room] |= {
            name[len(inside)]
            for name in _imported(path)
            if name[: len(inside)] == inside and len(name) > len(inside) and name[len(inside)] != room
        }
    return {room: {other for other in others if other in rooms} for room, others in rooms.items()}


@cache
def _imported(path: Path) -> set[tuple[str, ...]]:
    """Return the names of the modules that a module imports, and of what it takes from them, in parts."""
    found: set[tuple[str, ...]] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(*node.module.split("."), name.name) for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {tuple(name.name.split(".")) for name in node.names}
    return found
