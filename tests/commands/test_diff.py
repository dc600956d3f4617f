"""`dfsync diff` in real git repositories, as a user runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.forge_markdown import Elements, rendered
from tests.support.hostile import texts
from tests.support.run import CONFIG, dfsync, write

SITE = """\
id: site-1
name: Downtown
operational_hours: {Mon-Fri: 09:00-18:59}
groups: [Retail, West]
internal_id: 7
exceptions:
  - {date: "2030-12-25", closed: true}
contacts:
  - {name: Ada Lovelace, email: ada@example.com}
"""


def commit(root: Path, files: dict[str, str], message: str = "change") -> None:
    """Write files and commit everything."""
    write(root, files)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for arguments in (["add", "-A"], ["commit", "-qm", message]):
        subprocess.run([*git, *arguments], check=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a repository whose first commit has no dfsync.yaml and whose second has one site."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(tmp_path)], check=True)
    commit(tmp_path, {"README": "sites to come\n"})
    subprocess.run(["git", "-C", str(tmp_path), "tag", "first"], check=True)
    commit(tmp_path, {"dfsync.yaml": CONFIG, "sites/one.yaml": SITE})
    return tmp_path


def changes(root: Path, *arguments: str) -> list[dict[str, Any]]:
    """Return the changes of the JSON report."""
    outcome = dfsync(root, "diff", *arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    found: list[dict[str, Any]] = json.loads(outcome.out)["changes"]
    return found


def fields(root: Path, site: str) -> dict[str, tuple[Any, Any]]:
    """Write the site anew and return its fields that differ from HEAD, `...` where a side does not manage one."""
    write(root, {"sites/one.yaml": site})
    return {
        field["field"]: (field.get("before", ...), field.get("after", ...))
        for change in changes(root, "HEAD")
        for field in change["fields"]
    }


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("{Mon-Fri: 09:00-18:59}", '[{days: [Fri, Mon, Tue, Wed, Thu], start: "09:00", end: "18:59"}]'),
        ("[Retail, West]", "[West, Retail]"),
        ("name: Downtown\n", 'name: "Downtown"   # quoted now\n'),
    ],
)
def test_another_spelling_is_no_difference(root: Path, written: str, instead: str) -> None:
    """Hours in another form, groups in another order, quotes and comments mean the same."""
    assert fields(root, SITE.replace(written, instead)) == {}


def test_value_that_moves_into_defaults_is_no_difference(root: Path) -> None:
    """Desired state is compared after defaults and profiles, not files."""
    config = CONFIG + 'defaults:\n  - {match: "sites/**", set: {groups: [Retail, West]}}\n'
    write(root, {"dfsync.yaml": config})
    assert fields(root, SITE.replace("groups: [Retail, West]\n", "")) == {}


def test_fields_show_both_sides(root: Path) -> None:
    """A changed value has before and after; one that is managed only now, or no more, lacks a side."""
    site = SITE.replace("Downtown", "Uptown").replace("groups: [Retail, West]", "currency: USD")
    assert fields(root, site) == {
        "name": ("Downtown", "Uptown"),
        "groups": (["Retail", "West"], ...),
        "currency": (..., "USD"),
    }


def test_empty_is_not_absent(root: Path) -> None:
    """A field that is written and empty will be cleared; one that is not written is left alone."""
    assert fields(root, SITE + "currency:\n") == {"currency": (..., None)}


def test_what_has_no_column_is_compared_as_it_nests(root: Path) -> None:
    """Exceptions are compared by their day, contacts by their field, and so is the traffic API's id."""
    site = (
        SITE.replace("internal_id: 7", "internal_id: 8")
        .replace("closed: true}", 'hours: 09:00-11:59}\n  - {date: "2031-01-01", closed: true}')
        .replace("Ada Lovelace", "A. Lovelace")
    )
    assert fields(root, site) == {
        "internal_id": (7, 8),
        "exceptions.2030-12-25.hours": ("closed", "09:00–11:59"),
        "exceptions.2031-01-01": (..., {"hours": "closed"}),
        "name": ("A***", "A***"),
    }


def test_contact_that_moves_to_a_file_of_its_own_is_no_difference(root: Path) -> None:
    """Embedded or separate, a contact is the same contact."""
    embedded = "contacts:\n  - {name: Ada Lovelace, email: ada@example.com}\n"
    separate = "site: site-1\nname: Ada Lovelace\nemail: ada@example.com\n"
    write(root, {"sites/one.yaml": SITE.replace(embedded, ""), "contacts/ada.yaml": separate})
    assert changes(root, "HEAD") == []


def test_contacts_are_masked_unless_asked_for(root: Path) -> None:
    """A diff is shown in logs and summaries: people's data is in it only when somebody wants it."""
    write(root, {"sites/one.yaml": SITE.replace("Ada Lovelace", "A. Lovelace")})
    for format in ("text", "json", "markdown", "html"):
        assert "Lovelace" not in dfsync(root, "diff", "HEAD", "--format", format).out
        assert "ada@example.com" in dfsync(root, "diff", "HEAD", "--format", format, "--show-contacts").out


def test_revision_without_configuration_is_empty(root: Path) -> None:
    """Before the first dfsync.yaml nothing was desired, so everything is added."""
    assert {(change["kind"], change["fate"]) for change in changes(root, "first")} == {
        ("site", "added"),
        ("contact", "added"),
    }


def test_two_revisions_are_compared_without_the_work_tree(root: Path) -> None:
    """BASE HEAD and BASE..HEAD are the same, and what lies on disk does not count."""
    commit(root, {"sites/two.yaml": "id: site-2\nname: Two\n"})
    write(root, {"sites/three.yaml": "broken: [\n"})
    expected = [("site-2", "added")]
    for arguments in (("HEAD~1", "HEAD"), ("HEAD~1..HEAD",), ("HEAD~1..",)):
        assert [(change["id"], change["fate"]) for change in changes(root, *arguments)] == expected
    assert [change["fate"] for change in changes(root, "HEAD..HEAD~1")] == ["removed"]


def test_removed_site_is_said_to_stay_live(root: Path) -> None:
    """Nobody is led to think that leaving the files deletes anything."""
    write(root, {"sites/two.yaml": "id: site-2\nname: Two\n"})
    (root / "sites/one.yaml").unlink()
    out = dfsync(root, "diff", "HEAD").out
    assert "- site-1" in out
    assert "no longer managed; it stays live" in out
    assert "1 site is new, 1 is no longer managed; 1 contact is no longer managed" in out


def test_the_page_has_what_the_text_has(root: Path) -> None:
    """Headline, headings and values; a site that leaves the files is told to stay live, and a date to be a date."""
    write(root, {"sites/two.yaml": "id: site-2\nname: Two\n"})
    commit(root, {})
    write(root, {"sites/one.yaml": SITE.replace("2030-12-25", "2030-12-26").replace("18:59", "17:59")})
    (root / "sites/two.yaml").unlink()
    page = " ".join(re.sub("<[^>]*>", " ", dfsync(root, "diff", "HEAD", "--format", "html").out).split())
    text = dfsync(root, "diff", "HEAD").out
    for words in (
        "1 site changes, 1 is no longer managed",
        "1 site closes earlier, 1 is open less (−5 h a week)",
        "Close earlier",
        "No longer managed; what is live stays",
        "it stays live",
        "17:59",
        "2030",
    ):
        assert words in page
        assert words in text
    assert "1 changed for single dates" in page


def test_exit_codes_are_the_contracts(root: Path) -> None:
    """0 with differences, 2 where they were asked for in detail, 1 for what can't be compared, 64 for no BASE."""
    assert dfsync(root, "diff", "HEAD", "--detailed-exitcode").code == 0
    write(root, {"sites/one.yaml": SITE.replace("Downtown", "Uptown")})
    assert dfsync(root, "diff", "HEAD").code == 0
    assert dfsync(root, "diff", "HEAD", "--detailed-exitcode").code == 2
    assert dfsync(root, "diff", "no-such-branch").code == 1
    assert dfsync(root, "diff", "--output=/tmp/x").code == 64
    assert dfsync(root, "diff").code == 64


def test_errors_of_an_old_revision_show_its_own_lines(root: Path) -> None:
    """A revision whose files are wrong is refused, with a frame cut from that revision and not from the disk."""
    commit(root, {"sites/one.yaml": SITE + "timezone: Mars/Olympus\n"})
    write(root, {"sites/one.yaml": SITE})
    outcome = dfsync(root, "diff", "HEAD")
    assert outcome.code == 1
    assert "timezone: Mars/Olympus" in outcome.err
    assert "the files of HEAD have errors" in outcome.err


def test_folder_inside_a_repository_is_compared_alone(tmp_path: Path) -> None:
    """dfsync.yaml may stand in a folder; revisions are read below it."""
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    commit(tmp_path, {"ops/dfsync.yaml": CONFIG, "ops/sites/one.yaml": SITE, "sites/other.yaml": "id: x\n"})
    assert changes(tmp_path / "ops", "HEAD") == []


def test_hostile_text_stays_text(root: Path) -> None:
    """Nothing that a file holds reaches a terminal raw, or ends a line of Markdown."""
    names = [text for text in texts if text.strip() and text.isprintable()][:40]
    sites = "".join(f"  - {{id: h{number}, name: {json.dumps(name)}}}\n" for number, name in enumerate(names))
    write(root, {"sites/hostile.yaml": "sites:\n" + sites})
    text = dfsync(root, "diff", "HEAD").out
    assert "\x1b" not in text
    markdown = dfsync(root, "diff", "HEAD", "--format", "markdown").out
    assert set(Elements(rendered(markdown)).tags) <= {
        "h3",
        "h4",
        "p",
        "code",
        "details",
        "summary",
        "b",
        "ul",
        "li",
        "strong",
    }
    assert len(markdown.encode()) < 65_536
    page = dfsync(root, "diff", "HEAD", "--format", "html").out
    assert page.count("<script") == 1
    assert not re.search("<(img|iframe|b onclick|svg onload)", page)


def test_no_socket_is_opened(root: Path) -> None:
    """A diff needs no API: the interpreter itself reports any socket that is made, and there is none."""
    code = """
import sys
def forbid(event, arguments):
    if event.startswith("socket."):
        raise SystemExit(f"a socket: {event}")
sys.addaudithook(forbid)
from dfsync.commands.main import run
sys.exit(run(["diff", "first"]))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
