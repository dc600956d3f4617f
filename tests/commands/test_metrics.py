"""`--metrics FILE`: figures for a monitor, however a run ends."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from dfsync.report.metrics import RunFigures, render, succeeded_at
from dfsync.sandbox.sandbox import Sandbox
from tests.support.run import CONFIG, SITE, dfsync, write

SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\} (\S+)')


def samples(text: str) -> dict[tuple[str, str], float]:
    """Read the text form as strictly as a scraper does."""
    found: dict[tuple[str, str], float] = {}
    typed: set[str] = set()
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind == "gauge"
            assert name not in typed
            typed.add(name)
        elif not line.startswith("# HELP "):
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] in typed
            assert (sample[1], sample[2]) not in found
            found[sample[1], sample[2]] = float(sample[3])
    return found


def value(text: str, name: str, label: str = "") -> list[float]:
    return [number for (key, labels), number in samples(text).items() if key == f"dfsync_{name}" and label in labels]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    exception = 'exceptions:\n  - {from: "2020-01-01", to: "2099-12-31", hours: 10:00-11:59}\n'
    return write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE + exception})


def test_the_figures_of_an_apply(root: Path) -> None:
    with Sandbox() as box:
        began = time.time()
        outcome = dfsync(root, "apply", "--auto-approve", "--metrics", "m.prom", environment=box.environment())
        assert outcome.code == 0, outcome.err
        text = (root / "m.prom").read_text()
        assert value(text, "last_run_exit_code") == [0]
        assert value(text, "rows", 'outcome="applied"') == [1]
        assert value(text, "planned_changes", 'kind="site",action="create"') == [1]
        assert value(text, "next_exception_timestamp_seconds")[0] > began - 2 * 86400
        (success,) = value(text, "last_success_timestamp_seconds")
        assert began - 1 < success <= time.time()
        for command in ("plan", "drift"):
            assert dfsync(root, command, "--metrics", f"{command}.prom", environment=box.environment()).code == 0
            assert value((root / f"{command}.prom").read_text(), "drifted_sites", f'command="{command}"') == [0]


def test_a_run_that_fails_keeps_when_the_last_one_succeeded(root: Path) -> None:
    """Whatever it fails with: an API that is not there, files that are wrong."""
    with Sandbox() as box:
        order = ["apply", "--auto-approve", "--metrics", "m.prom"]
        assert dfsync(root, *order, environment=box.environment()).code == 0
        (success,) = value((root / "m.prom").read_text(), "last_success_timestamp_seconds")
        for config, expected in ((CONFIG, 5), (CONFIG, 1)):
            write(root, {"dfsync.yaml": config + "limits: {max_updates: 0}\n", "sites/a.yaml": SITE})
            if expected == 1:
                write(root, {"sites/b.yaml": "id: 7\n"})
            assert dfsync(root, *order, environment=box.environment()).code == expected
            text = (root / "m.prom").read_text()
            assert value(text, "last_success_timestamp_seconds") == [success]
            assert value(text, "last_run_exit_code") == [expected]
    assert not list(root.glob(".dfsync-*"))


def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(root: Path) -> None:
    with Sandbox() as box:
        outcome = dfsync(root, "apply", "--auto-approve", "--metrics", "no/m.prom", environment=box.environment())
        assert (outcome.code, "can't be written" in outcome.err) == (1, True)
        assert dfsync(root, "log", environment=box.environment()).out == ""


@pytest.mark.parametrize("text", ["id: a\n", "# HELP other_metric Of somebody else.\n"])
def test_a_file_of_something_else_is_not_overwritten(root: Path, text: str) -> None:
    """A slip of the hand, such as naming the site file, costs nothing."""
    write(root, {"m.prom": text})
    outcome = dfsync(root, "plan", "--metrics", "m.prom")
    assert (outcome.code, "holds something other than figures" in outcome.err) == (1, True)
    assert (root / "m.prom").read_text() == text


def test_a_name_can_be_no_sample_of_its_own() -> None:
    hostile = 'a"} 1\nup{x="\\'
    text = render(RunFigures("apply", hostile, 1.5, 0.25, 0, 1.5))
    assert len(samples(text)) == 4
    assert succeeded_at(text, "apply", hostile) == 1.5
    assert succeeded_at(text, "plan", hostile) is None
    assert succeeded_at("garbage", "apply", "x") is None
