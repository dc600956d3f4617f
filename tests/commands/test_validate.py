"""`dfsync validate` and `dfsync explain` as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dfsync.validation.rules.catalogue import catalogue, manual
from tests.support.git import repository
from tests.support.run import CONFIG, SITE, dfsync, write
from tests.validation.test_check import CONTRACT_SITE

BAD = "id: site-9\nname: Bad Store\ncurrency: Euro\n"
FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Write a repository with a good site and a bad one."""
    return write(tmp_path / "repo", {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE, "sites/us/b.yaml": BAD})


def found(root: Path, *arguments: str) -> list[tuple[str, str]]:
    """Return code and file of each diagnostic of a run."""
    outcome = dfsync(root, "validate", "--format", "json", *arguments)
    document = json.loads(outcome.out)
    errors = any(each["severity"] == "error" for each in document["diagnostics"])
    assert outcome.code == (1 if errors else 0)
    return [(each["code"], each["file"]) for each in document["diagnostics"]]


def test_results_go_to_stdout_and_the_exit_code_says_whether_there_is_an_error(root: Path) -> None:
    """It is 1 with an error and 0 with warnings. stderr is empty."""
    outcome = dfsync(root, "validate")
    assert (outcome.code, outcome.err) == (1, "")
    assert "sites/us/b.yaml:3:11: error[DF108] Euro is not a currency of ISO 4217" in outcome.out
    write(root, {"sites/us/b.yaml": "id: site-9\nname: ' x'\n"})
    outcome = dfsync(root, "validate")
    assert (outcome.code, "warning[DF403]" in outcome.out) == (0, True)


def test_the_contracts_own_site_passes(tmp_path: Path) -> None:
    """With warnings where other readers read no text."""
    root = write(tmp_path, {"dfsync.yaml": "version: 1\n", "sites/a.yaml": CONTRACT_SITE})
    assert found(root) == [("DF401", "sites/a.yaml")] * 4


def test_one_run_writes_every_format_with_the_same_findings(root: Path) -> None:
    """`--format` is for stdout, `--output` for a file instead, `--report` for more."""
    reports = [argument for format in FORMATS for argument in ("--report", f"{format}=out/{format}.txt")]
    outcome = dfsync(root, "validate", "--format", "json", "--output", "out/main.json", *reports)
    assert (outcome.code, outcome.out) == (1, "")
    texts = {format: (root / "out" / f"{format}.txt").read_text() for format in FORMATS}
    assert (root / "out/main.json").read_text() == texts["json"]
    for text in texts.values():
        assert "DF108" in text
        assert "sites/us/b.yaml" in text
    rules = json.loads(texts["sarif"])["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(catalogue())


def test_paths_limit_what_is_reported_not_what_is_seen(root: Path) -> None:
    """Files and folders, from any folder; a duplicate is reported in the one of its files that is named."""
    write(root, {"sites/us/c.yaml": "id: SITE-123\nname: Twice\n"})
    assert found(root, "sites/a.yaml") == [("DF301", "sites/a.yaml")]
    assert found(root, "sites/us") == [("DF108", "sites/us/b.yaml"), ("DF301", "sites/us/c.yaml")]
    assert found(root / "sites", "us/b.yaml", "a.yaml") == [("DF301", "sites/a.yaml"), ("DF108", "sites/us/b.yaml")]
    assert found(root, str(root / "sites/us/b.yaml")) == [("DF108", "sites/us/b.yaml")]
    assert found(root, "dfsync.yaml") == []
    assert len(found(root, ".")) == 2


def test_a_finding_of_two_sites_has_the_id_of_the_one_that_is_named(root: Path) -> None:
    """It is told in the named file, as the problem of the site there."""
    write(root, {f"sites/{id}.yaml": f"id: {id}\nname: Store {id}\ninternal_id: 5\n" for id in ("one", "two")})
    for id in ("one", "two"):
        said = json.loads(dfsync(root, "validate", f"sites/{id}.yaml", "--format", "json").out)["diagnostics"]
        assert [(each["code"], each["file"], each["id"]) for each in said] == [("DF306", f"sites/{id}.yaml", id)]


@pytest.mark.parametrize("path", ["sites/gone.yaml", "README.md", "..", "/etc/passwd", "\x1b[31m"])
def test_a_path_that_names_no_file_is_an_error(root: Path, path: str) -> None:
    """Else a slip in a name would be green."""
    write(root, {"README.md": "x"})
    outcome = dfsync(root, "validate", path)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("error: ")
    assert "\x1b" not in outcome.err


def test_nothing_to_check_is_an_error(tmp_path: Path) -> None:
    """No dfsync.yaml, no file that matches, a dfsync.yaml that can't be read."""
    assert dfsync(tmp_path, "validate").code == 1
    root = write(tmp_path, {"dfsync.yaml": "version: 1\n"})
    outcome = dfsync(root, "validate")
    assert (outcome.code, "error[DF001]" in outcome.out) == (1, True)
    (root / "dfsync.yaml").write_bytes(b"#" * 10_000_001)
    outcome = dfsync(root, "validate")
    assert (outcome.code, "larger than 10 MB" in outcome.err) == (1, True)


def test_a_branch_is_asked_only_for_what_it_brought(tmp_path: Path) -> None:
    """Old findings pass; new ones are reported wherever they show, cross-file ones in files that it did not touch."""
    repo = repository(tmp_path / "repo")
    old = "id: site-9\nname: ' Old'\ncurrency: Euro\n"
    repo.commit({"dfsync.yaml": "version: 1\n", "sites/z.yaml": old, "sites/a.yaml": SITE})
    repo.git("checkout", "-q", "-b", "branch")
    assert found(repo.root, "--diff-base", "main") == []
    repo.commit({"sites/z.yaml": "# moved down\n\n" + old})
    assert found(repo.root, "--diff-base", "main") == []
    repo.write({"sites/b.yaml": "id: site-9\nname: New\n"})
    assert found(repo.root, "--diff-base", "main") == [("DF301", "sites/z.yaml")]
    repo.git("add", ".")
    assert found(repo.root, "--staged", "--diff-base", "main") == [("DF301", "sites/z.yaml")]
    repo.git("checkout", "-q", "main")
    assert len(found(repo.root)) == 3
    outcome = dfsync(repo.root, "validate", "--diff-base", "gone")
    assert (outcome.code, "names no commit" in outcome.err) == (1, True)


def test_a_branch_that_begins_before_dfsync_brought_everything(tmp_path: Path) -> None:
    """Where there was no dfsync.yaml, nothing was known."""
    repo = repository(tmp_path / "repo")
    repo.commit({"README.md": "x"})
    repo.git("checkout", "-q", "-b", "branch")
    repo.commit({"dfsync.yaml": "version: 1\n", "sites/a.yaml": BAD})
    assert found(repo.root, "--diff-base", "main") == [("DF108", "sites/a.yaml")]


def test_a_baseline_starts_green_and_only_shrinks(root: Path) -> None:
    """Listed findings pass, new ones fail, and those that are gone are removed and never added again."""
    outcome = dfsync(root, "validate", "--baseline", "known.json", "--write-baseline")
    assert (outcome.code, "1 known finding left out" in outcome.err) == (0, True)
    write(root, {"sites/c.yaml": "id: c\nname: C\ntimezone: Mars/Base\n"})
    assert found(root, "--baseline", "known.json", "--write-baseline") == [("DF105", "sites/c.yaml")]
    write(root, {"sites/us/b.yaml": "id: site-9\nname: Good Store\n"})
    outcome = dfsync(root, "validate", "--baseline", "known.json")
    assert "1 that it lists is gone; --write-baseline removes it" in outcome.err
    dfsync(root, "validate", "--baseline", "known.json", "--write-baseline")
    assert json.loads((root / "known.json").read_text())["findings"] == {}
    write(root, {"sites/us/b.yaml": BAD})
    assert len(found(root, "--baseline", "known.json")) == 2


def test_a_baseline_that_is_not_there_is_an_error(root: Path) -> None:
    """It would hide nothing, or everything, as one takes it; and --write-baseline alone is no wish."""
    assert dfsync(root, "validate", "--baseline", "gone.json").code == 1
    assert dfsync(root, "validate", "--write-baseline").code == 64


def test_no_socket_is_opened(root: Path) -> None:
    """validate, explain and the hooks work where there is no network at all."""
    program = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('a socket was opened')\n"
        "socket.socket.__init__ = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from dfsync.commands.main import run\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    for arguments, code in ((["validate", "--format", "sarif"], 1), (["explain", "DF108"], 0)):
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (code, "")


def test_nothing_in_a_file_speaks_to_the_terminal(root: Path) -> None:
    """Escapes of a value, a key, a file name and dfsync.yaml are shown, not sent."""
    hostile = 'id: "\\e[31mx"\nname: "::error::\\u202e"\n"\\e]0;t\\a": 1\ncurrency: "\\e[2J"\n'
    write(root, {"sites/\x1b[31m.yaml": hostile})
    for format in FORMATS:
        assert "\x1b" not in dfsync(root, "validate", "--format", format).out


def test_a_text_of_white_space_is_told(tmp_path: Path) -> None:
    """It counts as empty: a warning, and an error where an empty cell empties nothing. Ids and names can't be blank."""
    site = 'id: s\nname: " "\ngroups: [" "]\nescalation_path: " "\naddress: {city: "\u00a0"}\n'
    root = write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": site})
    document = json.loads(dfsync(root, "validate", "--format", "json").out)
    told = [(each["code"], each["field"]) for each in document["diagnostics"]]
    blank = [("DF403", "escalation_path"), ("DF403", "address.city")]
    assert told == [("DF111", "name"), ("DF111", "groups[0]"), *blank]
    with (root / "dfsync.yaml").open("a", encoding="utf-8") as config:
        config.write("api: {blank_cells: keep}\n")
    document = json.loads(dfsync(root, "validate", "--format", "json").out)
    kept = [each["field"] for each in document["diagnostics"] if each["code"] == "DF112"]
    assert kept == ["escalation_path", "address.city"]


def test_a_list_in_place_of_a_configuration_is_told_in_its_words(tmp_path: Path) -> None:
    """The words are not those about a site file."""
    root = write(tmp_path, {"dfsync.yaml": "[]\n", "sites/a.yaml": "id: s\nname: Store\n"})
    shown = dfsync(root, "validate")
    assert shown.code == 1
    assert "such as version: 1" in shown.out


@pytest.mark.parametrize("code", ["DF108", "df108"])
def test_explain_prints_the_page_of_a_code(tmp_path: Path, code: str) -> None:
    """It needs no repository, and takes the code in any case of letters."""
    outcome = dfsync(tmp_path, "explain", code)
    assert (outcome.code, outcome.out) == (0, manual("DF108"))


def test_explain_lists_all_codes(tmp_path: Path) -> None:
    """It lists them as lines, and as JSON for programs."""
    lines = dfsync(tmp_path, "explain").out.splitlines()
    assert [line[:5] for line in lines] == list(catalogue())
    entries = json.loads(dfsync(tmp_path, "explain", "--format", "json").out)
    assert entries[0] == {
        "code": "DF001",
        "title": "No file to check",
        "level": "error",
        "safety": True,
        "text": manual("DF001"),
    }
    assert len(entries) == len(lines)


def test_a_code_that_is_none_is_an_error_with_the_nearest(tmp_path: Path) -> None:
    """The code has one wrong digit."""
    outcome = dfsync(tmp_path, "explain", "DF1O8")
    assert (outcome.code, "did you mean DF10" in outcome.err) == (1, True)
