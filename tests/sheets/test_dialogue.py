"""What a person at a terminal of 80 columns is shown and asked about a spreadsheet."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.validation.check import check

HEADER = "Store #,Store Name,ZIP,Open Mon,Open Tue,Open Sun,Sq Ft,State,Country,Notes that nobody reads any more"
ROWS = "7,A name that is longer than its column,94105,9:00 AM - 6:00 PM,10-4,,1200,CA,USA,ask Ada first\n"
PROMPTS = ("q stops: ", "leaves it out) [-]: ", "[c]: ", "[Y/n]: ")


def at_terminal(root: Path, *answers: str) -> tuple[int, str]:
    """Run `pull --from` on a terminal, answer its prompts in turn, and return the exit code and what was shown."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(root)
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-m", "dfsync", "pull", "--from", "stores.csv"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
    shown, waiting = "", list(answers)
    while select.select([terminal], [], [], 60)[0]:
        try:
            data = os.read(terminal, 65_536)
        except OSError:  # the other end is closed
            break
        shown += data.decode(errors="replace")
        if waiting and shown.endswith(PROMPTS):
            time.sleep(0.3)  # as a person: between a prompt and its read, Python itself may miss a Ctrl-C
            os.write(terminal, waiting.pop(0).encode())
            shown += "\n"
    else:
        os.kill(child, signal.SIGKILL)  # it asks nothing and does not end
    status = os.waitpid(child, 0)[1]
    os.close(terminal)  # closed earlier, it would hang up on the process
    return os.waitstatus_to_exitcode(status), shown.replace("\r", "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dfsync.yaml").write_text("version: 1 # ours\n")
    (tmp_path / "stores.csv").write_text(f"{HEADER}\n{ROWS}")
    return tmp_path


def test_the_table_fits_a_line_is_changed_and_one_key_accepts(root: Path) -> None:
    """The answers are remembered, and the defaults that places make certain are asked about."""
    code, shown = at_terminal(root, "7\n", "escalation_pth\n", "escalation_path\n", "\n", "c\n", "c\n", "y\n")
    assert code == 0, shown
    table = [line for line in shown.splitlines() if line[:2].strip().isdigit() and "  " in line]
    assert len(table) == 20, shown
    assert max(map(len, table)) <= 80
    assert "6   F    Open Sun              hours.Sun" in shown
    assert "escalation_pth is no field; did you mean escalation_path?" in shown
    site = check(WorkTree(root)).desired.sites["7"]
    assert site.fields["escalation_path"] == "1200"
    assert site.fields["timezone"] == "America/Los_Angeles"
    config = (root / "dfsync.yaml").read_text()
    assert config.startswith("version: 1 # ours\n")
    assert "closing: exclusive" in config


@pytest.mark.parametrize("answers", [["7\n", "\x03"], ["\n", "\x03"], ["\n", "c\n", "c\n", "\x03"], ["q\n"]])
def test_nothing_is_written_before_the_last_answer(root: Path, answers: list[str]) -> None:
    """Whether she stops with q or with Ctrl-C, at whichever question."""
    code, shown = at_terminal(root, *answers)
    assert code == (1 if answers == ["q\n"] else 130), shown
    assert (root / "dfsync.yaml").read_text() == "version: 1 # ours\n"
    assert not (root / "sites").exists()
