"""The words of the code: one name for one thing."""

from __future__ import annotations

import ast
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
