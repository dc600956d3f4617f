"""Every command of the documentation works as it stands, page by page, against the sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dfsync.sandbox import Sandbox
from dfsync.sandbox.example import EXAMPLE
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SHELL = re.compile(r"^[ ]*```sh\n(.*?)^[ ]*```", re.MULTILINE | re.DOTALL)
PAGES = [  # the examples of rules have a test of their own
    page
    for page in sorted(DOCS.rglob("*.md"))
    if "rules" not in page.parts and SHELL.search(page.read_text(encoding="utf-8"))
]

# A command that ends with 2 tells of differences, which is no failure.
PRELUDE = """\
set -uE -o pipefail
trap 'code=$?; [ $code = 2 ] || { echo "exit code $code: $BASH_COMMAND" >&2; exit 99; }' ERR
"""


@dataclass(frozen=True)
class Template:
    """A folder with a repository and its origin, and the database of the sandbox that it was applied to."""

    folder: Path
    port: int

    def environment(self, sandbox: Sandbox, home: Path) -> dict[str, str]:
        """Return the environment in which commands meet the sandbox."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DFSYNC_", "CI", "GIT"))},
            **sandbox.environment(),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(home),
            **{f"GIT_{who}_{what}": "me@localhost" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Make a repository that was applied once, with an origin; every page gets a copy of it."""
    folder = tmp_path_factory.mktemp("template")
    root = folder / "repository"
    root.mkdir()
    made = Template(folder, free_port())
    with Sandbox(EXAMPLE, database=folder / "sandbox.db", port=made.port) as sandbox:
        environment = made.environment(sandbox, folder)
        run(
            """
            git init -q --bare -b main ../origin.git
            git init -q -b main
            git remote add origin ../origin.git
            dfsync init --customer-id 123
            printf 'internal_id: 750\\n' >> sites/us/downtown.yaml
            dfsync fmt
            git add . && git commit -q -m Start && git push -q origin main
            dfsync apply --auto-approve --accept updates=1 --accept creates=1 || true
            dfsync export --output live.json
            dfsync export --format csv --output sites.csv
            git add . && git commit -q -m "Save what is live"
            """,
            root,
            environment,
        )
    return made


@pytest.fixture
def world(template: Template, tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Copy the repository, and serve its sandbox again as it was."""
    folder = tmp_path / "copy"
    shutil.copytree(template.folder, folder, symlinks=True)
    with Sandbox(database=folder / "sandbox.db", port=template.port) as sandbox:
        variables = "".join(f"export {name}='{value}'\n" for name, value in sandbox.environment().items())
        (folder / "sandbox.env").write_text(variables)
        yield folder / "repository", template.environment(sandbox, folder)


def run(script: str, root: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-c", PRELUDE + script], cwd=root, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip
    assert done.returncode in (0, 2), done.stderr[-3000:] + done.stdout[-1000:]
    return done.stdout + done.stderr


@pytest.mark.skipif(shutil.which("bash") is None, reason="the blocks are for a POSIX shell")
@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_the_commands_of_a_page_work_in_their_order(page: Path, world: tuple[Path, dict[str, str]]) -> None:
    """Each block is run as it stands; what would wait for an answer or serve for ever is done for it."""
    root, environment = world
    blocks = SHELL.findall(page.read_text(encoding="utf-8"))
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    run("\n".join(as_run(line, root.parent) for line in lines if line), root, environment)


def as_run(line: str, folder: Path) -> str:
    """Return a line as the test runs it."""
    if line.startswith(("dfsync sandbox", "dfsync demo")):
        return f"{line.partition('--port')[0]} --help > /dev/null"  # both have tests of their own
    if line == "dfsync apply" or (line.startswith("dfsync apply --") and "--auto-approve" not in line):
        return f"{line} --auto-approve"
    if line.startswith("export DFSYNC_"):
        return ":"  # the sandbox's are set
    line = line.replace("git commit", "git commit --allow-empty")  # another block may have committed all
    return line.replace("/tmp/sandbox.env", str(folder / "sandbox.env"))
