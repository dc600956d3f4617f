"""The words of the code: one name for one thing."""

from __future__ import annotations

import ast
import pkgutil
import re
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "dfsync"


def test_no_two_public_classes_share_a_name() -> None:
    """Whoever searches for a class finds one, so that a name in a message or a review is unambiguous."""
    files: dict[str, list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                files[node.name].append(str(path.relative_to(PACKAGE)))
    assert len(files) > 100
    assert {name: where for name, where in files.items() if len(where) > 1} == {}


def test_the_glossary_and_the_places_to_look_are_in_the_code() -> None:
    """A module that moves takes its line on the page for developers along."""
    page = (PACKAGE.parent / "docs/developing/index.md").read_text(encoding="utf-8")
    words, places = (page.split(title)[1].split("\n## ")[0] for title in ("## Words\n", "## Where to find\n"))
    names = re.findall(r"\| `([\w.]+)` \|\n", words)
    files = re.findall(r"`([\w/]+\.py)`", places)
    assert len(names) > 20
    assert len(files) > 8
    assert [name for name in names if not _is_in_the_code(name)] == []
    assert [file for file in files if not (PACKAGE / file).is_file()] == []


def _is_in_the_code(name: str) -> bool:
    """Whether `model.site.Desired` leads to something: a module, or what is in one."""
    try:
        pkgutil.resolve_name(f"dfsync.{name}")
    except (ImportError, AttributeError):
        return False
    return True


def test_functions_fit_on_a_screen() -> None:
    """A function has at most 50 lines below its signature."""
    functions = [
        (path, node)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    assert len(functions) > 1000
    assert [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for path, node in functions
        if (node.end_lineno or 0) - node.body[0].lineno >= 50
    ] == []
