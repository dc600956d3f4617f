"""Results land where they were asked for, in the form that the name of the file says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import dfsync, write
from tests.support.terminal import at_terminal

CONFIG = "version: 1\ntargets:\n  production: {customer_id: 123}\n"
ROWS = [{"Site ID": "a", "Site Name": "A\x1b[31m store\u009b", "Site Groups": "x"}]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with Sandbox(ROWS) as sandbox:
        yield sandbox


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": "id: a\nname: A\n"})


def test_the_name_of_the_file_says_the_format(root: Path, box: Sandbox) -> None:
    """A format that is asked for wins; what can't be written is said, and nothing is."""
    environment = box.environment()
    assert dfsync(root, "export", "--output", "x.csv", environment=environment).code == 0
    assert (root / "x.csv").read_bytes().startswith(b"Site ID,Site Name,")
    assert dfsync(root, "export", "--output", "x.json", environment=environment).code == 0
    assert json.loads((root / "x.json").read_bytes())["total"] == 1
    assert dfsync(root, "export", "--format", "json", "--output", "y.csv", environment=environment).code == 0
    assert json.loads((root / "y.csv").read_bytes())["total"] == 1
    for arguments in (("export",), ("traffic", "report")):
        done = dfsync(root, *arguments, "--output", "x.xlsx", environment=environment)
        assert (done.code, "x.csv" in done.err) == (64, True)
    assert not (root / "x.xlsx").exists()


def test_a_terminal_is_shown_no_control_characters(root: Path, box: Sandbox) -> None:
    """CSV has no escapes of its own; a file and a pipe get the bytes as they are."""
    command = [sys.executable, "-m", "dfsync", "export", "--format", "csv"]
    environment = {**os.environ, **box.environment()}
    piped = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=True).stdout
    assert b"\x1b[31m" in piped
    session = at_terminal(root, "export", "--format", "csv", piped="stderr", environment=box.environment())
    assert session.code == 0
    assert "\\x1b[31m store\\x9b" in session.shown
    assert "\x1b" not in session.shown


def test_targets_show_the_address_that_is_used(root: Path) -> None:
    """The text says where the address comes from, and the matrix has it too."""
    environment = {"DFSYNC_BASE_URL": "http://127.0.0.1:1"}
    assert "http://127.0.0.1:1  (DFSYNC_BASE_URL)" in dfsync(root, "targets", environment=environment).out
    done = dfsync(root, "targets", "--format", "json", environment=environment)
    assert json.loads(done.out)["include"][0]["base_url"] == "http://127.0.0.1:1"
    assert "https://api-external.dragonfruit.ai\n" in dfsync(root, "targets").out


def test_a_chart_is_written_though_nobody_reads_the_report(root: Path) -> None:
    """The reader of stdout may end early, as `| head -1` does."""
    with Sandbox([{"Site ID": "a", "Site Name": "A"}]) as box:
        id = box.internal_ids()["a"]
        write(
            root, {"sites/a.yaml": f"id: a\nname: A\ninternal_id: {id}\noperational_hours: {{Mon-Fri: 09:00-18:00}}\n"}
        )
        for command in ("report", "hours"):
            reader, writer = os.pipe()
            os.close(reader)
            subprocess.run(
                [sys.executable, "-m", "dfsync", "traffic", command, "--chart", f"{command}.svg"],
                cwd=root,
                env={**os.environ, **box.environment()},
                stdout=writer,
                stderr=subprocess.PIPE,
                check=False,
            )
            os.close(writer)
            assert (root / f"{command}.svg").read_text().startswith("<svg"), command


def test_no_two_cases_of_a_junit_report_have_the_same_name(root: Path) -> None:
    """GitLab would show one of them only."""
    write(
        root, {"sites/a.yaml": "id: a\nname: A\ncontacts:\n  - {email: a@x, mobile: 1}\n  - {email: b@x, mobile: 2}\n"}
    )
    out = dfsync(root, "validate", "--format", "junit").out
    cases = [line for line in out.splitlines() if "<testcase" in line]
    assert len(cases) == len(set(cases)) == 2
    assert "contacts[1].mobile" in cases[1]
