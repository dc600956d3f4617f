"""Nothing below .dfsync is trusted that a pull request may have brought."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dfsync.commands.main import run
from dfsync.errors import InputError
from dfsync.model.settings import Config, StateSettings, Target
from dfsync.state.folder.trust import check_trust
from dfsync.state.store import open_store
from tests.support.git import git

TARGET = Target("production", 123)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def write(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")


@pytest.mark.parametrize(
    "name", [".dfsync/state/production.json", ".dfsync/journal/production.jsonl", ".dfsync/cache/x", ".DFSYNC/state/x"]
)
@pytest.mark.parametrize("backend", ["file", "git"])
def test_what_git_tracks_is_refused_and_the_advice_leaves_nothing_of_it(root: Path, name: str, backend: str) -> None:
    write(root, name)
    git(root, "add", "--force", name)
    store = open_store(Config(state=StateSettings(backend)), root, TARGET)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="where a pull request can write it") as raised:
        store.load()
    with pytest.raises(InputError, match="where a pull request can write it"), store.lock():
        pass
    help = raised.value.help or ""
    assert "git rm -f -r" in help
    subprocess.run(["sh", "-c", help[help.index("git rm") :]], cwd=root, check=True)
    assert not (root / name).exists()
    check_trust(root)


def test_also_where_git_is_told_to_take_paths_literally(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, ".dfsync/state/production.json")
    git(root, "add", "--force", ".dfsync")
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    with pytest.raises(InputError, match="can write it"):
        check_trust(root)


def test_below_a_folder_of_the_repository_too(root: Path) -> None:
    write(root, "shops/.dfsync/state/production.json", ".dfsync/state/other.json")
    check_trust(root / "shops")
    git(root, "add", "--force", "shops/.dfsync")
    with pytest.raises(InputError, match="can write it"):
        check_trust(root / "shops")
    check_trust(root)


@pytest.mark.parametrize("folder", ["state", "journal"])
def test_where_git_can_not_answer_nothing_is_believed(root: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner that git distrusts, as in a container; git's own reason is given, and what it advises."""
    check_trust(root)
    write(root, f".dfsync/{folder}/production.json")
    check_trust(root)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(InputError, match="dubious ownership") as raised:
        check_trust(root)
    assert "safe.directory" in (raised.value.help or "")


def test_without_git_a_state_in_a_repository_is_not_believed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, ".dfsync/state/production.json")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(InputError, match="git is not installed"):
        check_trust(root)


def test_outside_git_there_is_nobody_to_distrust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, ".dfsync/state/production.json")
    check_trust(tmp_path)
    monkeypatch.setenv("PATH", "/nowhere")
    check_trust(tmp_path)


@pytest.mark.parametrize(
    "command", [["validate"], ["validate", "--format", "json"], ["plan"], ["drift"], ["apply", "--auto-approve"]]
)
def test_the_commands_refuse_it(root: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """They exit with 1 and say the way out."""
    (root / "dfsync.yaml").write_text("version: 1\ntargets:\n  production: {customer_id: 1}\n")
    write(root, ".dfsync/journal/production.jsonl")
    (root / "sites").mkdir()
    (root / "sites/a.yaml").write_text("id: a\nname: A\n")
    git(root, "add", "--force", ".")
    assert run(["-C", str(root), *command]) == 1
    said = capsys.readouterr()
    assert "git rm -f -r" in said.out + said.err
