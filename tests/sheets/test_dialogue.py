"""What a person at a terminal of 80 columns is shown and asked about a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from dfsync.files.storage.tree import WorkTree
from dfsync.validation.check import check
from tests.support.terminal import CTRL_C, Session, at_terminal

HEADER = "Store #,Store Name,ZIP,Open Mon,Open Tue,Open Sun,Sq Ft,State,Country,Notes that nobody reads any more"
ROWS = "7,A name that is longer than its column,94105,9:00 AM - 6:00 PM,10-4,,1200,CA,USA,ask Ada first\n"
PROMPTS = ("q stops:", "leaves it out) [-]:", "[c]:", "[Y/n]:")


def asked(root: Path, *answers: str) -> Session:
    """Run `pull --from` on a terminal, and answer its prompts in turn."""
    return at_terminal(root, "pull", "--from", "stores.csv", answers=answers, prompts=PROMPTS, columns=80)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dfsync.yaml").write_text("version: 1 # ours\n")
    (tmp_path / "stores.csv").write_text(f"{HEADER}\n{ROWS}")
    return tmp_path


def test_the_table_fits_a_line_is_changed_and_one_key_accepts(root: Path) -> None:
    """The answers are remembered, and the defaults that places make certain are asked about."""
    session = asked(root, "7\n", "escalation_pth\n", "escalation_path\n", "\n", "c\n", "c\n", "y\n")
    shown = session.shown
    assert session.code == 0, shown
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


@pytest.mark.parametrize("answers", [["7\n", CTRL_C], ["\n", CTRL_C], ["\n", "c\n", "c\n", CTRL_C], ["q\n"]])
def test_nothing_is_written_before_the_last_answer(root: Path, answers: list[str]) -> None:
    """Whether she stops with q or with Ctrl-C, at whichever question."""
    session = asked(root, *answers)
    assert session.code == (1 if answers == ["q\n"] else 130), session.shown
    assert (root / "dfsync.yaml").read_text() == "version: 1 # ours\n"
    assert not (root / "sites").exists()
