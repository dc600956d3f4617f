"""The command group: usage, errors and exit codes that a script may rely on."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dfsync import __version__
from dfsync.commands.main import COMMANDS, group
from tests.support.run import CONFIG, SITE, dfsync, write


def test_the_version_is_told(tmp_path: Path) -> None:
    """`dfsync --version` names the version."""
    assert dfsync(tmp_path, "--version").out == f"dfsync {__version__}\n"


@pytest.mark.parametrize("arguments", [["nonsense"], ["plan", "--nonsense"], ["plan", "--format", "yaml"], []])
def test_wrong_usage_is_64(tmp_path: Path, arguments: list[str]) -> None:
    """Wrong usage is never taken for differences (2)."""
    outcome = dfsync(tmp_path, *arguments)
    assert outcome.code == 64 if arguments else outcome.code in {0, 64}


def test_no_configuration_is_one_clear_error(tmp_path: Path) -> None:
    """Outside a repository the error says how to start one."""
    outcome = dfsync(tmp_path, "plan")
    assert outcome.code == 1
    assert outcome.out == ""
    assert "dfsync init" in outcome.err


def test_an_unknown_target_is_named_with_those_there_are(tmp_path: Path) -> None:
    """The error says which targets the configuration has."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    outcome = dfsync(tmp_path, "--target", "staging", "plan")
    assert outcome.code == 1
    assert "staging" in outcome.err
    assert "production" in outcome.err


def test_a_base_url_for_one_of_several_targets_needs_its_name(tmp_path: Path) -> None:
    """DFSYNC_BASE_URL with several targets must not hit one by chance."""
    config = CONFIG + "  staging: {customer_id: 456}\n"
    write(tmp_path, {"dfsync.yaml": config, "sites/a.yaml": SITE})
    environment = {"DFSYNC_BASE_URL": "http://127.0.0.1:9", "DFSYNC_TOKEN": "x"}
    outcome = dfsync(tmp_path, "plan", environment=environment)
    assert outcome.code == 1
    assert "--target" in outcome.err


def test_wrong_configuration_gives_diagnostics(tmp_path: Path) -> None:
    """A wrong dfsync.yaml is shown with its place by every command that reads it."""
    write(tmp_path, {"dfsync.yaml": CONFIG + "limitz: {}\n", "sites/a.yaml": SITE})
    outcome = dfsync(tmp_path, "targets")
    assert outcome.code == 1
    assert "dfsync.yaml:5:1" in outcome.err
    assert "did you mean limits?" in outcome.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("line", "code", "told"),
    [
        ("validate >&-", 0, ""),
        ("validate <&- >&- 2>&-", 0, ""),
        ("validate >/dev/full", 1, "No space"),
        ("validate 2>/dev/full", 0, ""),
        ("nonsense 2>/dev/full", 64, ""),
        ("--version >&-", 0, ""),
        ("--version >/dev/full", 1, ""),
        ("apply <&-", 1, "no token"),
    ],
)
def test_output_that_nobody_takes(tmp_path: Path, line: str, code: int, told: str) -> None:
    """Closed streams are no error of the files; a result that could not be written is never passed over."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    command = f"{shlex.quote(sys.executable)} -m dfsync {line}"
    clean = {name: text for name, text in os.environ.items() if not name.startswith("DFSYNC_")}
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "should not" not in done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_fits_the_list(name: str) -> None:
    """The list of commands says what each command's own help says first."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.help
    assert re.match(r"[A-Z][^.]+", command.help)
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), parameter.name


def test_global_options_stand_before_and_after_the_command(tmp_path: Path) -> None:
    """`-C`, `--target`, `-q` and the others mean the same in both places, also behind a command of a group."""
    write(tmp_path, {"shop/dfsync.yaml": CONFIG, "shop/sites/a.yaml": SITE})
    for arguments in (["-C", "shop", "validate"], ["validate", "-C", "shop"], ["auth", "status", "-C", "shop"]):
        assert "no dfsync.yaml" not in dfsync(tmp_path, *arguments).err
    for arguments in (
        ["--target", "staging", "auth", "status"],
        ["auth", "status", "--target", "staging"],
        ["auth", "--target", "staging", "status"],
    ):
        outcome = dfsync(tmp_path / "shop", *arguments)
        assert outcome.code == 1
        assert "no target 'staging'" in outcome.err
    outcome = dfsync(tmp_path, "validate", "-C", "nowhere")
    assert outcome.code == 64
    assert "nowhere" in outcome.err


@pytest.mark.parametrize(("typed", "meant"), [("valdate", "validate"), ("PLAN", "plan"), ("check", "validate")])
def test_a_slip_in_a_command_is_understood(tmp_path: Path, typed: str, meant: str) -> None:
    """The error says which command may be meant."""
    outcome = dfsync(tmp_path, typed)
    assert outcome.code == 64
    assert f"did you mean {meant}" in outcome.err


@pytest.mark.parametrize(
    ("words", "is_json"),
    [
        ("export", True),
        ("-C . export", True),
        ("export --format csv", False),
        ("export --output live.csv", False),
        ("list", False),
        ("--target export list", False),
        ("list --format json --format=text", False),
        ("list --format=text --format json", True),
    ],
)
def test_json_is_what_was_asked_for_last_or_what_the_command_writes(tmp_path: Path, words: str, is_json: bool) -> None:
    """`export` writes JSON to stdout by itself, so its errors are JSON too."""
    assert dfsync(tmp_path, *words.split()).out.startswith("{") == is_json


def test_errors_of_json_commands_are_one_document(tmp_path: Path) -> None:
    """A program that asked for JSON gets JSON on stdout whatever happens, and the words stand on stderr."""
    bare = dfsync(tmp_path, "plan", "--format", "json")
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    no_token = dfsync(tmp_path, "plan", "--format=json")
    usage = dfsync(tmp_path, "plan", "--format", "json", "--nonsense")
    write(tmp_path, {"sites/b.yaml": SITE.replace("Downtown", "Uptown")})
    invalid = dfsync(tmp_path, "plan", "--format", "json")
    for outcome, code in ((bare, 1), (no_token, 1), (usage, 64), (invalid, 1)):
        document = json.loads(outcome.out)
        assert outcome.code == code
        assert document["format"] == "dfsync/error"
        assert document["format_version"] == 1
        assert document["exit_code"] == code
        assert document["message"] in outcome.err
    assert json.loads(bare.out)["diagnostics"] == []
    assert "DF301" in {found["code"] for found in json.loads(invalid.out)["diagnostics"]}


@pytest.mark.parametrize(
    "command", [["log"], ["calendar"], ["doctor"], ["fmt", "--check"], ["auth", "status"], ["targets"]]
)
def test_json_is_one_document(tmp_path: Path, command: list[str]) -> None:
    """Everything that the text report says is in the JSON as well."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": SITE})
    outcome = dfsync(tmp_path, *command, "--format", "json")
    assert isinstance(json.loads(outcome.out), dict)
