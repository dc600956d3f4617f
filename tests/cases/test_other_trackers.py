"""Situations that users of Terraform, octoDNS, yamllint, csvkit and gh reported there, tried on dfsync."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.run import CONFIG, dfsync, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository with one site."""
    write(tmp_path, {"dfsync.yaml": CONFIG, "sites/a.yaml": "id: a\nname: A\n"})
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "help"),
    [
        (("list", "--json"), "help: write --format json"),
        (("plan", "--html"), "help: write --format html"),
        (("log", "--csv"), "help: try dfsync log --help"),
    ],
)
def test_the_name_of_a_format_is_no_option(root: Path, arguments: tuple[str, ...], help: str) -> None:
    """gh has --json; dfsync names the option that it has, and no other one that only looks alike."""
    outcome = dfsync(root, *arguments)
    assert outcome.code == 64
    assert help in outcome.err
    assert "--only" not in outcome.err


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("id: a\nname: A\naddress:\n\tcity: X\n", "a tab can't indent a line", "indent with spaces"),
        ("id: a\nname: @home\n", "a plain value can't start with this character", "put the value in quotes"),
        ("id: a\nname: *Star Cafe*\n", "points to no anchor", "put a text that begins with * in quotes"),
        ("id: a\nname: !Olé\n", "tags are not read", "put a text that begins with ! in quotes"),
        ("id: a\nname: !Ole\n", "the tag !Ole is not read", "put a text that begins with ! in quotes"),
    ],
)
def test_a_value_that_yaml_takes_for_syntax(root: Path, text: str, message: str, help: str) -> None:
    """Each has the one thing to do, and done it helps."""
    write(root, {"sites/a.yaml": text})
    outcome = dfsync(root, "validate")
    assert outcome.code == 1
    assert message in outcome.out
    assert f"= help: {help}\n" in outcome.out
    name = text.partition("name: ")[2].partition("\n")[0]
    quoted = text.replace("\t", "  ").replace(f"name: {name}", f'name: "{name}"')
    write(root, {"sites/a.yaml": quoted})
    assert dfsync(root, "validate").code == 0


def test_a_diff_shows_the_line_feed_that_is_missing(root: Path) -> None:
    """A file that would be changed is never shown without a change."""
    write(root, {"sites/a.yaml": "id: a\nname: A"})
    shown = dfsync(root, "fmt", "--diff").out
    assert shown.endswith("-name: A\n\\ No newline at end of file\n+name: A\n")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("b,B,x\n", "row 2, column C: 'x' stands in a column without a header"),
        ("b,B\nTotal,1\n", 'row 3, column A (Site ID): "Total": this is a row of totals and no site: take it out'),
        ("b,B\nSumme:,1\n", "this is a row of totals and no site"),
    ],
)
def test_a_sheet_with_cells_beside_or_below_its_table(root: Path, rows: str, words: str) -> None:
    """Nothing of it becomes a site, which could not be taken back."""
    write(root, {"s.csv": f"Site ID,Site Name\n{rows}"})
    outcome = dfsync(root, "pull", "--from", "s.csv", "--yes")
    assert outcome.code == 1
    assert words in outcome.err
    assert [path.name for path in (root / "sites").iterdir()] == ["a.yaml"]


def test_a_header_that_is_there_twice_is_told_before_a_mapping_is_proposed(root: Path) -> None:
    """A mapping by names can't tell the columns apart, so there is none to paste."""
    write(root, {"s.csv": "Site ID,Site Name,Site Name\nb,B,C\n"})
    outcome = dfsync(root, "pull", "--from", "s.csv")
    assert outcome.code == 1
    assert "row 1, column C: the column Site Name is there twice" in outcome.err
    assert "sheets:" not in outcome.err


def test_live_as_csv_is_told_how_to_write_it(root: Path) -> None:
    """`export` writes both forms, and only one can be read as live."""
    write(root, {"live.csv": "Site ID,Site Name\na,A\n"})
    outcome = dfsync(root, "plan", "--live", "live.csv")
    assert outcome.code == 1
    assert "help: dfsync export --output live.json writes what can be read" in outcome.err
