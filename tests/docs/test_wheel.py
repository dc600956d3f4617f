"""The wheel: what is in it, how large an installation is, and where the links of a release lead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from docs.manual_pages import pages

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://git.example.com/shops/dfsync"
MOST_BYTES = 50_000_000


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel as the release workflow builds it."""
    return built(tmp_path_factory.mktemp("release"), DFSYNC_REPOSITORY=REPOSITORY, DFSYNC_REVISION="v0.1.0")


def built(folder: Path, **variables: str) -> zipfile.ZipFile:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def metadata(wheel: zipfile.ZipFile) -> Message:
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return Parser().parsestr(wheel.read(name).decode("utf-8"))


def test_the_links_of_a_release_hold_where_the_readme_is_shown(wheel: zipfile.ZipFile) -> None:
    """On PyPI there is no repository around the README: every link is absolute, and the project has addresses."""
    read = metadata(wheel)
    assert read["Name"] == "dragonfruit-dfsync"
    links = re.findall(r"\]\(([^)\s]+)\)", str(read.get_payload()))
    assert len(links) > 15
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert f"{REPOSITORY}/blob/v0.1.0/docs/index.md" in links
    urls = dict(url.split(", ", 1) for url in read.get_all("Project-URL") or [])
    assert set(urls) == {"Documentation", "Source", "Changelog", "Issues"}
    assert all(url.startswith(REPOSITORY) for url in urls.values())


def test_a_wheel_that_is_built_elsewhere_claims_no_address(tmp_path: Path) -> None:
    """Nobody can know where its repository is."""
    assert metadata(built(tmp_path, DFSYNC_REPOSITORY="")).get_all("Project-URL") is None


def test_manual_pages_schemas_and_examples_are_in_the_wheel_and_tests_are_not(wheel: zipfile.ZipFile) -> None:
    """`man dfsync-plan`, `dfsync schema` and `dfsync init` work from it."""
    names = wheel.namelist()
    manuals = {name.rpartition("/")[2] for name in names if "/share/man/man1/" in name}
    assert manuals == {name for name, _ in pages()}
    files = ("schemas/site.schema.json", "examples/starter/requirements-dfsync.txt", "examples/starter/dfsync.yaml")
    assert [file for file in files if f"dfsync/_bundled/{file}" not in names] == []
    assert not [name for name in names if name.startswith(("tests/", "docs/", ".ci/"))]


def test_an_installation_stays_below_fifty_megabytes(wheel: zipfile.ZipFile) -> None:
    """Everything that the wheel needs and brings, as it lies on disk here, without the extras."""
    total = sum(info.file_size for info in wheel.infolist())
    for name in needed({Requirement(text) for text in metadata(wheel).get_all("Requires-Dist") or []}):
        for file in distribution(name).files or []:
            path = Path(str(file.locate()))
            total += path.stat().st_size if path.is_file() else 0
    assert total < MOST_BYTES


def needed(requirements: set[Requirement]) -> set[str]:
    """Return the names of all packages that are needed without extras, and by what is needed."""
    found: set[str] = set()
    waiting = [one for one in requirements if one.marker is None or one.marker.evaluate({"extra": ""})]
    while waiting:
        name = waiting.pop().name.lower()
        if name in found:
            continue
        try:
            further = distribution(name).requires or []
        except PackageNotFoundError:  # needed on another system or Python
            continue
        found.add(name)
        waiting += [r for r in map(Requirement, further) if r.marker is None or r.marker.evaluate({"extra": ""})]
    return found
