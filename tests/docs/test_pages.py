"""The documentation can't drift: generated parts are fresh, links lead somewhere, the README has its two lines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_the_generated_parts_are_fresh() -> None:
    """`cog -r docs/*.md` would change nothing."""
    pages = [str(path) for path in sorted((ROOT / "docs").glob("*.md"))]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", *pages],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, "run: cog -r docs/*.md\n" + done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the repository."""
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


def test_the_readme_has_two_set_up_lines() -> None:
    """One line sets up and runs the demo, one sets up and runs the tests; .ci/run takes the second from here."""
    lines = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if "-m venv" in line]
    assert len(lines) == 2
    assert lines[0].endswith("dfsync demo")
    assert "pytest" in lines[1]
