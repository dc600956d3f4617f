"""Patterns that match nothing, file names that Windows refuses, and contacts that differ only in case."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dfsync.sandbox.sandbox import Sandbox
from tests.support.git import repository
from tests.support.run import CONFIG, in_process, write

LIVE = json.dumps([{"Site ID": "site-1", "Site Name": "A"}])
SITE = {"dfsync.yaml": CONFIG, "sites/a.yaml": "id: site-1\nname: A\n", "live.json": LIVE}
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)


@pytest.mark.parametrize("glob", ["SITE-1", "site-1,site-2", "site-2", ""])
@pytest.mark.parametrize("command", [("plan", "--detailed-exitcode"), ("render", "--out", "out"), ("list",)])
def test_a_glob_that_matches_no_site_is_an_error(tmp_path: Path, command: tuple[str, ...], glob: str) -> None:
    """A typo, ids joined by a comma: the change that was meant would not be sent, and CI would be green."""
    root = write(tmp_path, SITE)
    live = () if command[0] == "list" else ("--live", "live.json")
    done = in_process(root, *command, *live, "--only", glob)
    assert done.code == 1, done
    assert not (root / "out").exists()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("stores/a.yaml", "stores/ has 1 YAML file"),
        ("sites/a.YAML", "just miss sites/a.YAML"),
        ("Sites/a.yaml", "just miss Sites/a.yaml"),
        ("sites/.a.yaml", "just miss sites/.a.yaml"),
        (".sites/a.yaml", "just miss .sites/a.yaml"),
        ("sites/a.yaml.txt", "just miss sites/a.yaml.txt"),
    ],
)
def test_no_file_is_an_error_with_what_was_just_missed(tmp_path: Path, name: str, hint: str) -> None:
    root = write(tmp_path, {"dfsync.yaml": CONFIG, name: "id: a\nname: A\n"})
    done = in_process(root, "validate")
    assert done.code == 1
    assert "DF001" in done.all
    assert hint in done.all


@pytest.mark.parametrize("command", ["plan", "plan --detailed-exitcode", "drift", "apply --auto-approve"])
def test_without_any_file_nothing_goes_on(tmp_path: Path, command: str) -> None:
    """The folder was renamed: no command takes that for "nothing to do", or a scheduled job would stay green."""
    root = write(tmp_path, SITE)
    with Sandbox([{"Site ID": "site-1", "Site Name": "A"}]) as box:
        assert in_process(root, "apply", "--auto-approve", environment=box.environment()).code == 0
        box.forget_requests()
        (root / "sites").rename(root / "stores")
        done = in_process(root, *command.split(), environment=box.environment())
        assert (done.code, "DF001" in done.all) == (1, True)
        assert box.requests == []


def test_a_file_that_the_patterns_just_miss_is_told_beside_others(tmp_path: Path) -> None:
    root = write(tmp_path, {**SITE, "sites/b.YAML": "id: b\nname: B\n", "sites/.c.yaml": "id: c\nname: C\n"})
    done = in_process(root, "validate")
    assert done.code == 0
    assert "sites/b.YAML" in done.all
    assert "sites/.c.yaml" in done.all


def test_no_name_is_written_that_windows_keeps_for_a_device(tmp_path: Path) -> None:
    names = ["Con", "NUL", "com1", "Aux.", "lpt9", "Straße", "Console"]
    rows = [
        {"Site ID": f"s{n}", "Site Name": name, "Address State": "Con", "Address Country": "Prn"}
        for n, name in enumerate(names)
    ]
    root = write(tmp_path, {"dfsync.yaml": CONFIG, "live.json": json.dumps(rows)})
    done = in_process(root, "pull", "--from", "live.json")
    assert done.code == 0, done.err
    written = [path.relative_to(root) for path in (root / "sites").rglob("*.yaml")]
    assert len(written) == len(names)
    assert not [path for path in written for part in path.parts if RESERVED.fullmatch(part)]
    assert [path.name for path in written].count("strasse.yaml") == 1
    assert all(path.as_posix() in done.err for path in written)


def test_contacts_that_differ_in_case_are_one_contact(tmp_path: Path) -> None:
    """What pull writes passes validate, and the row that was left out is told."""
    sheet = "Site ID,Contact Name,Contact Email\na,Ada,ada@example.com\na,Ada L,ADA@Example.com\n"
    root = write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": "id: a\nname: A\n", "contacts.csv": sheet})
    done = in_process(root, "pull", "--from", "contacts.csv")
    assert (done.code, "a:" in done.err) == (0, True), done
    assert (root / "sites/a.yaml").read_text().lower().count("ada@example.com") == 1
    assert in_process(root, "validate").code == 0


def test_an_id_that_is_nowhere_is_an_error(tmp_path: Path) -> None:
    root = write(tmp_path, SITE)
    done = in_process(root, "pull", "site-2", "--from", "live.json")
    assert (done.code, "site-2" in done.err) == (1, True)
    assert "site-1" not in done.err


@pytest.mark.parametrize("arguments", [("--format", "json"), ("--format", "github"), ("--staged", "--format", "json")])
def test_it_is_a_finding_in_every_format_and_among_staged_files(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """A backup beside the file itself is nobody's mistake, and what tools keep at the top is no site."""
    made = repository(tmp_path)
    made.write({**SITE, "sites/b.YAML": "id: b\nname: B\n", "sites/a.yaml.bak": "", ".tool.yaml": "a: 1\n"})
    made.git("add", "-A")
    done = in_process(tmp_path, "validate", *arguments)
    assert done.code == 0
    assert "DF009" in done.out
    assert "rename it to sites/b.yaml" in done.out
    assert ".bak" not in done.out
    assert ".tool" not in done.out
    made.git("commit", "-q", "-m", "x")
    if "--staged" in arguments:
        assert "DF009" not in in_process(tmp_path, "validate", *arguments).out
