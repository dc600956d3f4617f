"""TAB completes commands, options and the words of a repository, in a real bash; nothing of a repository is run."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.run import dfsync, write

CONFIG = """\
version: 1
targets:
  production: {customer_id: 123}
  # a comment
  staging: {customer_id: 456}
default_target: production
"""
SITE = 'id: {id}\nname: Store\ngroups: [Retail, "West $(touch pwned)"]\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose sites were listed once, one with an id that a shell would obey; with the script of bash."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/b.yaml": SITE.format(id="'$(touch pwned)'")})
    write(tmp_path, {f"sites/{n}.yaml": SITE.format(id=f"site-{n}") for n in range(3)})
    assert dfsync(tmp_path, "list").code == 0
    (tmp_path / "script").write_text(dfsync(tmp_path, "completion", "bash").out)
    for command in ("git init -q -b main", "git add dfsync.yaml", "git -c user.name=t -c user.email=t@t commit -qm x"):
        subprocess.run(shlex.split(command), cwd=tmp_path, check=True)
    return tmp_path


def completed(root: Path, line: str) -> list[str]:
    """Return what bash would offer at the end of a line."""
    words = line.split(" ")
    program = f"""
        dfsync() {{ {shlex.quote(sys.executable)} -m dfsync "$@"; }}
        complete() {{ :; }}
        . ./script
        COMP_WORDS=({" ".join(map(shlex.quote, words))}); COMP_CWORD={len(words) - 1}; COMPREPLY=()
        _dfsync
        for word in "${{COMPREPLY[@]}}"; do printf '%s\\n' "$word"; done
    """
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["bash", "-c", program], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    assert not (root / "pwned").exists()
    return done.stdout.split("\n")[:-1]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dfsync val", ["validate"]),
        ("dfsync --target ", ["production", "staging"]),
        ("dfsync plan --target st", ["staging"]),
        ("dfsync plan --only ", ["site-0", "site-1", "site-2"]),
        ("dfsync apply --group ", ["Retail"]),
        ("dfsync pull site-1", ["site-1"]),
        ("dfsync explain DF10", ["DF101", "DF102", "DF103", "DF104", "DF105", "DF106", "DF107", "DF108", "DF109"]),
        ("dfsync plan --format ", ["text", "json", "markdown", "html"]),
        ("dfsync auth s", ["status"]),
        ("dfsync auth status --form", ["--format"]),
        ("dfsync diff m", ["main"]),
        ("dfsync validate sites/0", ["sites/0.yaml"]),
        ("dfsync plan --details --on", ["--only", "--only-exceptions"]),
        ("dfsync schema r", ["receipt"]),
        ("dfsync -C sites plan --target p", ["production"]),
    ],
)
def test_tab_offers_what_fits(root: Path, line: str, offered: list[str]) -> None:
    """Commands, options, choices, files, and the words of the repository."""
    assert completed(root, line) == offered


@pytest.mark.parametrize(
    "targets", ["targets: {a: {customer_id: 1}, b: {customer_id: 2}}", "targets:\n  a: {}\n  'b':\n    x: 1"]
)
def test_targets_are_found_in_both_styles(tmp_path: Path, targets: str) -> None:
    """Without a YAML parser, which would take longer than all else."""
    write(tmp_path, {"dfsync.yaml": f"version: 1\n{targets}\nlimits: {{max_updates: 1}}\n"})
    assert dfsync(tmp_path, "__complete", "targets", "", ".").out == "a\nb\n"


def test_a_tab_imports_no_command(root: Path) -> None:
    """It takes about as long as telling the version."""
    program = (
        "import sys; sys.argv[1:] = ['__complete', 'ids', '', '.']; from dfsync import __main__ as m; m._answered();"
    )
    program += (
        "print([name for name in ('click', 'yaml', 'orjson', 'pathlib') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_have_a_script(tmp_path: Path, shell: str) -> None:
    """They know the same commands."""
    script = dfsync(tmp_path, "completion", shell).out
    assert "validate" in script
    assert "staging" not in script
