"""The documentation can't drift: what is generated is fresh, the site builds strictly, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from dfsync.commands.main import COMMANDS, group
from docs.examples import EXAMPLES
from docs.generate import stale
from docs.settings import settings

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / ".github/SECURITY.md", *sorted(DOCS.rglob("*.md"))]
WRITTEN = [page for page in DOCS.rglob("*.md") if "rules" not in page.parts and page.name != "changelog.md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def text_of(path: str) -> str:
    return (DOCS / path).read_text(encoding="utf-8")


def test_what_is_generated_is_fresh() -> None:
    """`python docs/generate.py` would change nothing."""
    assert stale() == [], "run: python docs/generate.py"


def test_the_site_builds_without_a_warning(site: Path) -> None:
    """A broken link, a page in no list and a heading that is not there are warnings."""
    assert (site / "warnings.txt").read_text(encoding="utf-8") == ""
    assert (site / "search.html").is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file of the repository."""
    missing = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", WRITTEN, ids=lambda path: str(path.relative_to(DOCS)))
def test_the_first_paragraph_says_who_the_page_is_for(page: Path) -> None:
    """And nobody has to read on to find out."""
    first = page.read_text(encoding="utf-8").split("\n\n")[1]
    assert re.search(r"\b(is|are) for\b", first), first


def test_the_readme_has_two_set_up_lines() -> None:
    """One line sets up and runs the demo, one sets up and runs the tests; .ci/run takes the second from here."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("python3 -m venv")]
    assert len(lines) == 2
    assert lines[0].endswith("dfsync demo")
    assert "pytest" in lines[1]


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.path)
def test_every_setting_is_on_its_page_with_type_default_and_example(setting) -> None:
    """A setting of the schema can't be added without them; the default is that of the code."""
    page = text_of("reference/configuration.md")
    assert setting.schema.get("description"), "the schema says nothing about it"
    row = re.search(rf"^\| `{re.escape(setting.path)}` \|.*\|$", page, re.MULTILINE)
    section = re.search(rf"^##+ `{re.escape(setting.path)}`\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    found = row or section
    assert found is not None
    assert setting.schema.get("default") == setting.default
    is_group = any(one.steps[: len(setting.steps)] == setting.steps and one != setting for one in settings())
    if section is not None and not is_group:
        assert re.search(r"^- (Required|Default: `.+`|No default)$", section[1], re.MULTILINE)
        assert "- Type: " in section[1]
        assert "```yaml" in section[1], "give the schema an example"


def test_every_command_has_an_example() -> None:
    """In docs/examples.py, from where the reference takes it."""
    context = click.Context(group, info_name="dfsync")
    names = set()
    for name in COMMANDS:
        command = group.get_command(context, name)
        inner = command.list_commands(context) if isinstance(command, click.Group) else [""]
        names |= {f"dfsync {name} {member}".strip() for member in inner}
    assert set(EXAMPLES) == names


def test_the_messages_of_troubleshooting_are_messages_of_dfsync() -> None:
    """Somebody who searches for what a message says finds it."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "dfsync").rglob("*.py"))
    cells = re.findall(r"^\| ([^|]*`[^|]*) \| [^|]* \|(?: [^|]* \|)?$", text_of("troubleshooting.md"), re.MULTILINE)
    words = [word for cell in cells for word in re.findall(r"`([^`]+)`", cell)]
    assert len(words) > 15
    assert [word for word in words if word not in code and not re.fullmatch(r"DF\d+|\d+", word)] == []


def test_every_package_that_is_needed_is_justified() -> None:
    """docs/developing/dependencies.md has a line for each, and for no other."""
    import tomllib

    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {Requirement(one).name for one in project["dependencies"]}
    page = text_of("developing/dependencies.md").partition("| extra |")[0]
    assert set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE)) - {"package"} == needed
