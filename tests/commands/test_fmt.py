"""`dfsync fmt`: what it writes, what it shows, and how it ends."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.support.command_line import CONFIG, dfsync
from tests.support.git import repository

MESSY = "name: Store # n\nid: 0123\n"
NEAT = 'id: "0123"\nname: Store # n\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one file in canonical style and one that is not."""
    made = repository(tmp_path / "repo")
    made.commit({"dfsync.yaml": CONFIG, "sites/a.yaml": MESSY, "sites/b.yaml": "id: b\nname: B\n"})
    return made.root


def test_files_are_rewritten_and_a_second_run_changes_nothing(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Modes stay, nothing is left beside the files, and stdout is quiet."""
    (root / "sites/a.yaml").chmod(0o640)
    assert dfsync(root, "fmt") == 0
    assert (root / "sites/a.yaml").read_text() == NEAT
    assert (root / "sites/a.yaml").stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in (root / "sites").iterdir()) == ["a.yaml", "b.yaml"]
    out, err = capfd.readouterr()
    assert (out, err) == ("", "reformatted sites/a.yaml\n1 of 2 files rewritten\n")
    assert dfsync(root, "fmt") == 0
    assert capfd.readouterr().err == "2 files in canonical style\n"


def test_the_configuration_is_formatted_when_it_is_named(root: Path) -> None:
    """Only then: it is no site file."""
    (root / "dfsync.yaml").write_text("targets: {p: {customer_id: 1}}\nversion: 1\n")
    assert dfsync(root, "fmt", "sites") == 0
    assert (root / "dfsync.yaml").read_text().startswith("targets")
    assert dfsync(root, "fmt", "dfsync.yaml") == 0
    assert (root / "dfsync.yaml").read_text().startswith("version")


@pytest.mark.parametrize(
    ("path", "words"), [("nowhere.yaml", "does not exist"), ("README.md", "is none of the files"), ("..", "outside")]
)
def test_a_path_that_names_nothing_is_an_error(
    root: Path, path: str, words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """Green by accident would be worse."""
    (root / "README.md").write_text("x")
    assert dfsync(root, "fmt", path) == 1
    assert words in capfd.readouterr().err


def test_no_file_at_all_is_an_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A pattern that finds nothing formats nothing, and says so."""
    (tmp_path / "dfsync.yaml").write_text(CONFIG)
    assert dfsync(tmp_path, "fmt") == 1
    assert "no file matches" in capfd.readouterr().err


def test_settings_decide_on_hours_and_modeline(root: Path) -> None:
    """`fmt: {hours: list, modeline: true}` is obeyed."""
    (root / "dfsync.yaml").write_text(CONFIG + "fmt: {hours: list, modeline: true}\n")
    (root / "schemas").mkdir()
    (root / "schemas/site.schema.json").write_text("{}")
    (root / "sites/b.yaml").write_text("id: b\nname: B\noperational_hours: {Mon: 09:00-18:59}\n")
    assert dfsync(root, "fmt", "sites/b.yaml") == 0
    text = (root / "sites/b.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=../schemas/site.schema.json")
    assert text.endswith('operational_hours: [{days: [Mon], start: "09:00", end: "18:59"}]\n')


def test_a_link_keeps_leading_where_it_led(root: Path) -> None:
    """The file that a link points to is rewritten, the link stays a link."""
    (root / "sites/link.yaml").symlink_to("a.yaml")
    assert dfsync(root, "fmt") == 0
    assert (root / "sites/link.yaml").is_symlink()
    assert (root / "sites/a.yaml").read_text() == NEAT


def test_hostile_text_in_a_diff_is_harmless(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing in a file's text becomes a command of a terminal or a CI runner."""
    (root / "sites/a.yaml").write_text('name: "\\u009b2J ##[add-mask]x"\n# ::error::x\u202e\nid: 0123\n')
    assert dfsync(root, "fmt", "--diff") == 0
    out = capfd.readouterr().out
    assert "\u202e" not in out
    assert "##[" not in out


def test_what_is_canonical_is_read_and_no_more(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The hook formats everything at every commit: only what changed since is looked at, wherever it lies."""
    from dfsync.files.fmt import all_files

    looked: list[bytes] = []
    real = all_files.formatted
    monkeypatch.setattr(all_files, "formatted", lambda data, *more: looked.append(data) or real(data, *more))
    assert dfsync(root, "fmt") == 0
    assert dfsync(root, "fmt") == 0
    looked.clear()
    assert dfsync(root, "fmt", "--check") == 0
    (root / "sites/b.yaml").rename(root / "sites/c.yaml")
    assert dfsync(root, "fmt", "--check", "sites/c.yaml") == 0
    assert dfsync(root, "fmt", "--check") == 0
    assert looked == []
    (root / "sites/c.yaml").write_text("name: C\nid: c\n")
    assert dfsync(root, "fmt", "--check") == 1
    assert looked == [b"name: C\nid: c\n"]
    assert "would reformat sites/c.yaml" in capfd.readouterr().err


def test_what_is_asked_for_is_part_of_what_is_canonical(root: Path) -> None:
    """Another form of hours in dfsync.yaml makes other files canonical."""
    (root / "sites/b.yaml").write_text("id: b\nname: B\noperational_hours: {Mon: 09:00-17:59}\n")
    assert dfsync(root, "fmt") == 0
    with (root / "dfsync.yaml").open("a") as config:
        config.write("fmt: {hours: list}\n")
    assert dfsync(root, "fmt", "--check") == 1


def test_a_file_name_can_not_command_a_ci_runner(root: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nor can it command a terminal."""
    for name in ("n\n::error::x.yaml", "##[error]x.yaml", "\033]0;x\007.yaml"):
        with contextlib.suppress(OSError):
            (root / "sites" / name).write_text("name: yes\nid: n\n")
    assert dfsync(root, "fmt", "--check") == 1
    said = capfd.readouterr().err
    assert not any(line.lstrip().startswith("::") for line in said.splitlines())
    assert "##[" not in said
    assert "\033" not in said


def test_what_is_edited_while_it_runs_is_left_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Somebody's editor may save between the reading and the writing."""
    from dfsync.commands import fmt as fmt_command

    real = fmt_command.format_all

    def meanwhile(*args):
        found = real(*args)
        (root / "sites/a.yaml").write_text("id: mine\nname: Mine\n")
        return found

    monkeypatch.setattr(fmt_command, "format_all", meanwhile)
    assert dfsync(root, "fmt") == 1
    assert (root / "sites/a.yaml").read_text() == "id: mine\nname: Mine\n"
    assert "edited meanwhile" in capfd.readouterr().err


def test_nothing_of_gits_own_is_written(root: Path) -> None:
    """A link into .git is refused, as one that leaves the repository."""
    head = (root / ".git/HEAD").read_text()
    (root / "sites/h.yaml").symlink_to("../.git/HEAD")
    (root / "schemas").mkdir()
    (root / "schemas/site.schema.json").write_text("{}")
    assert dfsync(root, "fmt") == 1
    assert (root / ".git/HEAD").read_text() == head
