"""Ctrl-C ends with 130 and no traceback, whatever is being imported just then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys

wanted = sys.argv[1]
sys.argv[1:] = sys.argv[2:]

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            os.kill(os.getpid(), signal.SIGINT)


sys.meta_path.insert(0, Interrupting())
from dfsync.__main__ import main

main()
"""

FIRST_THINGS = """
import _signal, os, signal, sys

sys.argv[:] = ["dfsync", "targets"]
imported = []

class Recording:
    def find_spec(self, name, path=None, target=None):
        imported.append(name)


def interrupting(number, handler, set=_signal.signal):
    set(number, handler)
    if number == signal.SIGTERM:
        print(*imported, flush=True)
        os.kill(os.getpid(), getattr(signal, SIGNAL))


_signal.signal = interrupting
sys.meta_path.insert(0, Recording())
from dfsync.__main__ import main
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_nothing_is_imported_before_a_signal_ends_with_130(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"SIGNAL = {name!r}\n{FIRST_THINGS}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.split() == ["dfsync", "dfsync.__main__"]
    assert done.stderr == "error: interrupted\n"
    assert done.returncode == 130


@pytest.mark.parametrize(
    "module",
    [
        "click",
        "dfsync.commands.main",
        "dfsync.commands.plan",
        "dfsync.files.config",
        "yaml",
        "orjson",
        "msgspec",
        "zoneinfo",
        "dfsync.plan.plan_file",
        "dfsync.report.plan.text",
    ],
)
def test_an_interrupt_while_a_module_is_imported(tmp_path: Path, module: str) -> None:
    (tmp_path / "dfsync.yaml").write_text("version: 1\ntargets:\n  production: {customer_id: 1}\n")
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites/a.yaml").write_text("id: a\nname: A\n")
    (tmp_path / "live.json").write_text(json.dumps([{"Site ID": "a", "Site Name": "A", "Timezone": "UTC"}]))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, module, "-C", str(tmp_path), "plan", "--live", str(tmp_path / "live.json")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 130, done.stderr
