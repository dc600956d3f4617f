"""TAB completes commands, options and the words of a repository, in a real bash; nothing of a repository is run."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

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


OFFERED = [
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
]
"""Lines, and what a TAB at their end offers."""


@pytest.mark.parametrize(("line", "offered"), OFFERED)
def test_tab_offers_what_fits(root: Path, line: str, offered: list[str]) -> None:
    """It offers commands, options, choices, files, and the words of the repository."""
    assert completed(root, line) == offered


def test_fish_offers_the_same(root: Path) -> None:
    """A real fish offers them for every line."""
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("needs fish (Debian: apt-get install fish)")
    (root / "script.fish").write_text(dfsync(root, "completion", "fish").out)
    program = f"function dfsync; {shlex.quote(sys.executable)} -m dfsync $argv; end; source script.fish; "
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(root)}
    for line, offered in OFFERED:
        done = subprocess.run(
            [fish, "--no-config", "-c", program + 'complete -C "$argv[1]"', line],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found = [each.partition("\t")[0] for each in done.stdout.splitlines()]
        assert sorted(found) == sorted(offered), line
    assert not (root / "pwned").exists()


def test_zsh_offers_the_same(root: Path) -> None:
    """A real zsh at a terminal offers them for every line."""
    zsh = shutil.which("zsh")
    if zsh is None:
        pytest.skip("needs zsh (Debian: apt-get install zsh)")
    (root / "script.zsh").write_text(dfsync(root, "completion", "zsh").out)
    with Zsh(zsh, root) as shell:
        for line, offered in OFFERED:
            listed = [word.rpartition("/")[2] for word in offered]  # zsh lists files without their folder
            assert sorted(shell.offered(line)) == sorted(listed), line
    assert not (root / "pwned").exists()


class Zsh:
    """Runs a zsh at a terminal of its own."""

    def __init__(self, program: str, root: Path) -> None:
        self._pid, self._terminal = pty.fork()
        if not self._pid:
            os.chdir(root)
            environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2]), "HOME": str(root)}
            os.execve(program, [program, "-f", "-i"], {**environment, "TERM": "dumb", "COLUMNS": "300", "LINES": "99"})

    def __enter__(self) -> Self:
        python = shlex.quote(sys.executable)
        self._write("PS1='% '; unsetopt zle_bracketed_paste; autoload -U compinit && compinit -u -D; LISTMAX=0\n")
        self._write(f"dfsync() {{ {python} -m dfsync \"$@\"; }}; source script.zsh; bindkey '^X' list-choices\n")
        self._write('echo READY-""NOW\n')
        self._read("READY-NOW\r\n")
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._terminal)

    def offered(self, line: str) -> list[str]:
        """Return the words that zsh lists for a line."""
        self._write("\x15" + line)
        self._read(re.escape(line))
        self._write("\x18")
        seen = self._read(rf"\r\n(?P<list>[^\x07]*?)\r\n{re.escape(line)}|\x07")
        return seen["list"].split() if seen["list"] else []

    def _write(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def _read(self, until: str) -> re.Match[str]:
        seen, end = "", time.monotonic() + 60
        while (found := re.search(until, seen)) is None:
            assert time.monotonic() < end, seen
            if select.select([self._terminal], [], [], 1)[0]:
                seen += os.read(self._terminal, 65536).decode(errors="replace")
        return found


def test_a_tab_imports_little_more_than_telling_the_version(root: Path) -> None:
    """Which takes most of the time of both; the ratio itself is measured by the benchmarks."""
    version = imports(root, "--version")
    for kind in ("ids", "groups", "targets", "codes"):
        assert imports(root, "__complete", kind, "", ".") <= version * 1.2


def imports(root: Path, *arguments: str) -> int:
    """Return how many modules dfsync imports."""
    program = [sys.executable, "-X", "importtime", "-m", "dfsync", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(program, cwd=root, env=environment, capture_output=True, text=True, check=True)
    return done.stderr.count("import time:")


def test_of_many_words_only_the_first_are_given(tmp_path: Path) -> None:
    """A shell shows no more, and a TAB stays quick: words that no shell takes plainly don't count."""
    rows = "".join(f"  - {{id: s-{n:05}, name: S}}\n  - {{id: 's {n:05}', name: S}}\n" for n in range(2_100))
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": f"sites:\n{rows}"})
    assert dfsync(tmp_path, "list").code == 0
    offered = dfsync(tmp_path, "__complete", "ids", "s", ".").out.split("\n")[:-1]
    assert offered == [f"s-{n:05}" for n in range(2_000)]


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
