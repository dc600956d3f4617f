"""The progress line says what takes long and how far it is. It never gets into a log and leaves nothing behind."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from dfsync.sandbox.faults import Fault
from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import CONFIG, SITE, write
from tests.support.terminal import at_terminal

ROWS = [{"Site ID": f"site-{n}", "Site Name": f"Store {n}"} for n in range(30)]


PROGRAM = """
import sys
from dfsync.commands.terminal import progress_line
progress_line._AFTER_S = progress_line._EVERY_S = {after_s}
from dfsync.__main__ import main
sys.argv[0] = "dfsync"
main()
"""
IMPATIENT, PATIENT = 0.005, 600.0
"""After how many seconds progress is shown: so that what takes two seconds elsewhere can be small here."""


def on_a_terminal(
    root: Path, *arguments: str, after_s: float | None = None, environment: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Run dfsync with a terminal as stderr; return stdout and what the terminal got."""
    program = ("-m", "dfsync") if after_s is None else ("-c", PROGRAM.format(after_s=after_s))
    session = at_terminal(root, *arguments, piped="stdout", program=program, environment=environment)
    return session.piped, session.shown


@pytest.fixture
def slow() -> Sandbox:
    """A sandbox that takes more than a second for each page of the export."""
    with Sandbox(ROWS) as box:
        box.faults.add(Fault("delay", path="*export", nth=None, seconds=1.2))
        yield box


def test_reading_live_shows_how_far_it_is_and_leaves_nothing(tmp_path: Path, slow: Sandbox) -> None:
    """Counts and the time that is left while it lasts; the plan on stdout is untouched."""
    write(tmp_path, {"dfsync.yaml": CONFIG + "api: {page_size: 10, concurrency: 1}\n", "sites/a.yaml": SITE})
    out, seen = on_a_terminal(tmp_path, "plan", environment=slow.environment())
    assert "Reading live" in seen
    assert " of 30 sites" in seen
    assert seen.rstrip().endswith("\x1b[K")
    assert "\r" not in out
    assert "Reading" not in out


def test_what_is_quick_or_quiet_shows_nothing(tmp_path: Path) -> None:
    """No line for a check of one file, nor with --quiet."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    for arguments, after_s in ((["validate"], PATIENT), (["-q", "validate"], IMPATIENT)):
        _, seen = on_a_terminal(tmp_path, *arguments, after_s=after_s)
        assert "Checking" not in seen


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """So many sites that a check is spread over processes."""
    text = f"# {'x' * 1000}\n{SITE}"
    files = {f"sites/{number}.yaml": text.replace("site-123", f"site-{number}") for number in range(400)}
    write(tmp_path, {"dfsync.yaml": CONFIG, **files})
    return tmp_path


@pytest.mark.parametrize("arguments", [["validate", "--no-cache"], ["list"], ["fmt", "--check"]])
def test_checking_and_formatting_show_how_far_they_are(many: Path, arguments: list[str]) -> None:
    """The files are counted, also where several processes share them, and nothing is left."""
    out, seen = on_a_terminal(many, *arguments, after_s=IMPATIENT)
    counted = re.findall(r"(Checking|Formatting)  \[[# ]{20}\]  (\d+) of 400 files", seen)
    assert counted
    numbers = [int(number) for _, number in counted]
    assert numbers == sorted(numbers)
    assert seen.rfind("\x1b[K") > seen.rfind(" of 400 files")
    assert "\x1b[K" not in out


def test_a_pull_shows_how_far_it_is(tmp_path: Path) -> None:
    """New files are counted while they are made."""
    write(tmp_path, {"dfsync.yaml": CONFIG})
    rows = [{"Site ID": f"s-{number}", "Site Name": f"Store {number}"} for number in range(500)]
    (tmp_path / "live.json").write_text(json.dumps(rows))
    _, seen = on_a_terminal(tmp_path, "pull", "--dry-run", "--from", "live.json", after_s=IMPATIENT)
    assert re.search(r"Comparing with the files  \[[# ]{20}\]  \d+ of 500 files", seen)


def test_writing_a_spreadsheet_counts_its_rows(many: Path) -> None:
    """Rows of all its tables, headers among them."""
    _, seen = on_a_terminal(many, "sheet", "stores.xlsx", after_s=IMPATIENT)
    assert re.search(r"Writing the spreadsheet  \[[# ]{20}\]  \d+ of 40\d rows", seen)


def test_reading_the_sites_again_counts_them(tmp_path: Path) -> None:
    """After an apply, of all the sites that were sent, however many requests ask for them."""
    text = "".join(f"  - {{id: site-{number}, name: New {number}}}\n" for number in range(30))
    config = CONFIG + "api: {page_size: 10, concurrency: 1}\n"
    write(tmp_path, {"dfsync.yaml": config, "sites/a.yaml": f"sites:\n{text}"})
    with Sandbox([*ROWS, *({"Site ID": f"other-{n}", "Site Name": "Other"} for n in range(90))]) as box:
        box.faults.add(Fault("delay", path="*export", nth=None, seconds=0.05))
        options = ("apply", "--auto-approve")
        _, seen = on_a_terminal(tmp_path, *options, environment=box.environment(), after_s=IMPATIENT)
    counts = [int(number) for number in re.findall(r"Reading live again  \[[# ]{20}\]  (\d+) of 30 sites", seen)]
    assert counts
    assert counts == sorted(counts)


def test_a_hook_shows_no_progress(many: Path) -> None:
    """pre-commit gives hooks a terminal, and shows what they wrote after it is over."""
    _, seen = on_a_terminal(many, "validate", environment={"PRE_COMMIT": "1"}, after_s=IMPATIENT)
    assert "\x1b[K" not in seen


def test_without_a_terminal_nothing_is_loaded_to_show_progress(tmp_path: Path) -> None:
    """A hook does not pay for what nobody sees."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    program = [sys.executable, "-X", "importtime", "-m", "dfsync", "validate"]
    done = subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "dfsync.validation.check\n" in done.stderr
    assert "progress_line" not in done.stderr
