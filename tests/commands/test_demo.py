"""`dfsync demo` as the README's first command runs it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.run import dfsync


def test_demo_ends_with_an_empty_plan(tmp_path: Path) -> None:
    """Every step names its command, succeeds, and in the end nothing is left to send."""
    kept = tmp_path / "kept"
    outcome = dfsync(tmp_path, "demo", "--keep", str(kept))
    assert outcome.code == 0, outcome.out + outcome.err
    commands = [line.strip() for line in outcome.out.splitlines() if line.startswith("   $ dfsync")]
    assert [command.split()[2] for command in commands] == ["validate", "plan", "apply", "drift", "plan"]
    assert "Nothing to send" in outcome.out
    assert "Done: the last plan is empty." in outcome.out
    receipt = json.loads((kept / "receipt.json").read_bytes())
    assert receipt["summary"]["applied"] == 18
    assert {path.name for path in kept.iterdir()} >= {"dfsync.yaml", "sites", "contacts", "plan.json", ".github"}


def test_plan_of_the_demo_is_worth_looking_at(tmp_path: Path) -> None:
    """The example's live state differs in telling ways: hours, time zone, a lost zero, a clear, a create, unmanaged."""
    outcome = dfsync(tmp_path, "demo")
    for telling in (
        "Mon–Fri 06:00–18:59 → 06:00–20:59",
        "America/Denver → America/Phoenix",
        "2138 → 02138",
        "Store Operations → CLEAR",
        "+ kc-jp-6004",
        "2 live sites in no file, never touched",
    ):
        assert telling in outcome.out
    assert list(tmp_path.iterdir()) == []


def test_demo_touches_nothing_of_the_users(tmp_path: Path) -> None:
    """Tokens and targets of the environment are not used: the demo talks to its own sandbox alone."""
    elsewhere = {"DFSYNC_BASE_URL": "http://127.0.0.1:1", "DFSYNC_TOKEN": "x", "DFSYNC_TARGET": "staging"}
    assert dfsync(tmp_path, "demo", environment=elsewhere).code == 0


def test_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    """`--keep` never writes over what somebody has."""
    (tmp_path / "mine").write_text("mine", encoding="utf-8")
    outcome = dfsync(tmp_path, "demo", "--keep", str(tmp_path))
    assert outcome.code == 1
    assert "not an empty folder" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_missing_extra_is_named(tmp_path: Path) -> None:
    """Without the sandbox's packages the message says what to install."""
    (tmp_path / "starlette").mkdir()
    text = 'raise ModuleNotFoundError("No module named starlette", name="starlette")\n'
    (tmp_path / "starlette/__init__.py").write_text(text, encoding="utf-8")
    import os

    path = f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    outcome = dfsync(tmp_path, "demo", environment={"PYTHONPATH": path})
    assert outcome.code == 1
    assert "pip install starlette" in outcome.err
