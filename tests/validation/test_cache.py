"""The cache: what is found is the same with one and without, whatever happened to files and to the cache itself."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dfsync.files.storage import stamps
from dfsync.files.storage.cache_folder import digest
from dfsync.files.storage.git.tree import GitTree
from dfsync.files.storage.tree import WorkTree
from dfsync.report.diagnostics import REPORTERS, SourceContext, render
from dfsync.runtime.resources import sources
from dfsync.validation.check import Checked, FindingsCheck, check, check_findings
from dfsync.validation.results import result_cache
from dfsync.validation.results.result_cache import ResultCache
from dfsync.validation.rules.catalogue import rule_infos
from tests.support.git import repository as repository_of_git

_CONFIG = """\
version: 1
hours_profiles: {retail: {Mon-Fri: 09:00-18:59}, unused: {Sun: 10:00-12:00}}
defaults:
  - {match: sites/us/**, set: {currency: DOLLARS, address: {country: USA}}}
rules: {DF403: {level: off, reason: old names}}
"""
_SITES = (
    "id: site-{n}\nname: Store {n}\n",
    "id: site-1\nname: Store {n}\ninternal_id: 7\n",
    "id: site-{n}\nname: ' Store {n}'\ngroups: [West]\noperational_hours: {{Mon: 18:59-09:00}}\n",
    "id: site-{n}\nname: Store {n}\ngroups: [West]\noperational_hours: {{profile: retail}}\ntimezone: US/Pacific\n",
    "id: site-{n}\nname: Store {n}\ngroups: [West]\noperational_hours: {{Mon-Sun: '08:00-17:59'}}\n",
    "id: site-{n}\nnome: Store {n}\ncontacts: [{{name: Ada, email: a@example.com}}, {{email: a@example.com}}]\n",
    "id: site-{n}\nname: 02134\nexceptions: [{{date: 2026-12-25, closed: true}}]\noperational_hours: {{Mon: closed}}\n",
    "contacts: [{{site: site-9, email: b@example.com}}]\nsites: [{{id: s-{n}, name: N}}, {{id: s-{n}, name: O}}]\n",
    "id: [\n",
    "\udcff",
)
_PLACES = ("sites/a.yaml", "sites/b.yaml", "sites/us/c.yaml", "sites/us/d.yaml", "sites/us/e.yml")


class Repository:
    """A repository on disk whose files have all been at rest for long."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("dfsync.yaml", _CONFIG)

    def write(self, path: str, text: str | None, *, at: int = 1_700_000_000) -> None:
        file = self.root / path
        file.unlink(missing_ok=True)
        if text is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8", "surrogateescape"))
            os.utime(file, (at, at))

    def check(self, *, cached: bool = True) -> Checked:
        return check(WorkTree(self.root), ResultCache(self.root) if cached else None)

    @property
    def folder(self) -> Path:
        return self.root / ".dfsync" / "cache"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path)
    for number, place in enumerate(_PLACES):
        made.write(place, _SITES[number].format(n=number))
    return made


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The files that were judged, and "across" for the rules across files."""
    from dfsync.validation.checks import check_repository, file_results

    seen: list[str] = []
    check_files, over_all = file_results.check_files, check_repository.check_repository

    def counted(tree, config, kept_under, kinds, count, **options):
        seen.extend(kinds)
        return check_files(tree, config, kept_under, kinds, count, **options)

    def across(*args):
        seen.append("across")
        return over_all(*args)

    monkeypatch.setattr(file_results, "check_files", counted)
    monkeypatch.setattr(check_repository, "check_repository", across)
    # The files of these tests are seconds old: their change times can't be set.
    monkeypatch.setattr(stamps, "_REST_NS", -(10**12))
    return seen


def counts(found: FindingsCheck) -> dict[str, tuple[int, int]]:
    return {path: (row.sites, row.contacts) for path, row in found.rows.items()}


def everything(checked: Checked) -> tuple[object, ...]:
    reports = [
        render(name, checked.findings, SourceContext(lambda _: None, rule_infos(), color=False, folder=""))
        for name in REPORTERS
    ]
    return (
        reports,
        checked.findings,
        checked.desired,
        checked.config,
    )


_TEXTS = st.sampled_from([*_SITES, None])
_EDITS = st.lists(st.tuples(st.sampled_from(_PLACES), _TEXTS), max_size=4)


@given(first=st.lists(_TEXTS, min_size=5, max_size=5), rounds=st.lists(_EDITS, min_size=1, max_size=3))
@settings(max_examples=60)
def test_what_is_found_is_the_same_with_a_cache_and_without(
    tmp_path_factory: pytest.TempPathFactory, first: list[str | None], rounds: list[list[tuple[str, str | None]]]
) -> None:
    """Findings in every format, sites and contacts are equal after any edits, byte for byte."""
    repository = Repository(tmp_path_factory.mktemp("repository"))
    for number, (place, text) in enumerate(zip(_PLACES, first, strict=True)):
        repository.write(place, text and text.format(n=number))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(result_cache, "_MOST_FILES", 2)
        for edits in [[], *rounds]:
            for number, (place, text) in enumerate(edits):
                repository.write(place, text and text.format(n=number))
            truth = repository.check(cached=False)
            found = check_findings(WorkTree(repository.root), ResultCache(repository.root), with_rows=True)
            assert found.findings == truth.findings, "of a check for findings alone"
            assert counts(found) == counts(check_findings(WorkTree(repository.root), with_rows=True))
            assert everything(repository.check()) == everything(truth), "of the check that remembers"
            assert everything(repository.check()) == everything(truth), "of what is remembered"


def test_nothing_is_judged_when_nothing_changed(repository: Repository, judged: list[str]) -> None:
    """The second check reads what the first one found."""
    repository.check()
    judged.clear()
    repository.check()
    assert judged == []


def test_a_fresh_checkout_judges_nothing_again(repository: Repository, judged: list[str]) -> None:
    """Times and inodes change, the content does not: what counts is the content."""
    repository.check()
    judged.clear()
    for number, place in enumerate(_PLACES):
        repository.write(place, _SITES[number].format(n=number), at=1_800_000_000)
    repository.check()
    assert judged == []


def test_only_the_changed_file_is_judged(repository: Repository, judged: list[str]) -> None:
    """Rules across files rest as long as nothing that they see has changed."""
    repository.check()
    judged.clear()
    repository.write("sites/a.yaml", "id: site-0\nname: Renamed\n")
    repository.check()
    assert judged == ["sites/a.yaml"]
    judged.clear()
    repository.write("sites/a.yaml", "id: site-1\nname: Renamed\n")
    check_findings(WorkTree(repository.root), ResultCache(repository.root))
    assert judged == ["sites/a.yaml", "across"]


def test_a_file_written_twice_within_a_tick_is_read_again(repository: Repository) -> None:
    """A stamp is believed only of a file that was at rest: same size, same time, other content."""
    repository.write("sites/a.yaml", "id: site-a\nname: One\n")
    repository.check()
    file = repository.root / "sites/a.yaml"
    status = file.stat()
    with file.open("r+b") as opened:
        opened.write(b"id: site-a\nname: Two\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert repository.check().desired.sites["site-a"].name == "Two"


@pytest.mark.parametrize("setting", ["max_lengths: {name: 3}\n", "rules: {DF106: {level: error}}\n", "# a comment\n"])
def test_another_configuration_judges_all_again(repository: Repository, judged: list[str], setting: str) -> None:
    """Whatever dfsync.yaml says may change what is found."""
    repository.check()
    judged.clear()
    config = _CONFIG.replace("rules: {DF403: {level: off, reason: old names}}\n", "") if "rules" in setting else _CONFIG
    repository.write("dfsync.yaml", config + setting)
    assert everything(repository.check()) == everything(repository.check(cached=False))
    assert set(_PLACES) <= set(judged)


def test_what_is_staged_is_remembered_by_its_blobs(tmp_path: Path, judged: list[str]) -> None:
    """A hook judges what was added since the last commit; what lies unstaged in the folder is none of its business."""
    repo = repository_of_git(tmp_path / "repo")
    repo.commit({"dfsync.yaml": _CONFIG, **{place: _SITES[n].format(n=n) for n, place in enumerate(_PLACES)}})

    def staged(cache: ResultCache | None) -> tuple[object, ...]:
        with GitTree(repo.root) as index:
            return everything(check(index, cache))

    def again() -> list[str]:
        judged.clear()
        cached = staged(ResultCache(repo.root, "staged"))
        seen = [*judged]
        assert cached == staged(None)
        return seen

    assert set(again()) == {*_PLACES, "across"}
    repo.write({"sites/a.yaml": "id: site-0\nname: Renamed\n"})
    assert again() == []
    repo.git("add", ".")
    assert again() == ["sites/a.yaml"]
    repo.git("rm", "-q", "--cached", "sites/us/c.yaml")
    assert again() == ["across"]


def test_another_version_judges_all_again(
    repository: Repository, judged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache of another dfsync, or of other data to judge by, is passed over."""
    repository.check()
    judged.clear()
    monkeypatch.setattr(result_cache, "_identity", lambda: "another")
    repository.check()
    assert set(_PLACES) <= set(judged)


def test_a_rule_that_a_developer_edits_is_another_version() -> None:
    """Every module of a checkout counts, wherever it is."""
    names = {line.split(" ", 1)[0].rpartition("/dfsync/")[2] for line in sources()}
    assert {"__main__.py", "validation/check.py", "validation/rules/df105_unknown_zone.py"} <= names


def test_the_contact_template_counts_too(repository: Repository) -> None:
    """Rules read one file beside sites and contacts: its change is a change."""
    repository.write("dfsync.yaml", _CONFIG + "contact_csv: {template: t.csv}\n")
    for header in ("Site ID", "Site ID,Contact Name", None):
        repository.write("t.csv", header)
        repository.check()
        assert everything(repository.check()) == everything(repository.check(cached=False))


def parts(repository: Repository) -> tuple[Any, Any, list[Any]]:
    """What the last check saw and found, all files with their stamps, and the rows about them."""
    kept, listing = map(json.loads, (repository.folder / "last.json").read_bytes()[32:].split(b"\n"))
    rows = (repository.folder / kept["rows"]).read_bytes()[32:].split(b"\n")
    return kept, listing, [*map(json.loads, rows)]


def plant(file: Path, data: bytes) -> None:
    """Put a file into the place of one of the cache, as closed as that is."""
    file.unlink()
    file.write_bytes(data)
    file.chmod(0o444)


def test_a_cache_that_git_brought_is_not_believed(repository: Repository) -> None:
    """A pull request may hold a cache that fits its files and lies about them; git makes it writable, we do not."""
    repository.check()
    repository.write("sites/a.yaml", "id: other\nname: Other\n", at=1_700_000_100)
    truth = everything(repository.check(cached=False))
    kept, listing, rows = parts(repository)
    content = (repository.root / "sites/a.yaml").read_bytes()
    key = result_cache.key_of(kept["config"], "site", "sites/a.yaml", content)
    lies = {
        file: file.read_bytes()[32:].replace(rows[listing[0].index("sites/a.yaml")][0].encode(), key.encode())
        for file in repository.folder.iterdir()
    }

    def lie(mode: int) -> None:
        for file, data in lies.items():
            plant(file, digest(data).encode() + data)
            file.chmod(mode)

    lie(0o444)
    assert everything(repository.check()) != truth, "the lie would be believed"
    lie(0o644)
    assert everything(repository.check()) == truth


@pytest.mark.parametrize("name", [".dfsync", ".dfsync/cache"])
def test_nothing_is_remembered_through_a_link(repository: Repository, tmp_path: Path, name: str) -> None:
    """A link that a pull request brought leads no file out of the repository."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = repository.root / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(elsewhere)
    assert everything(repository.check()) == everything(repository.check(cached=False))
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("damage", [b"", b"{}", b"x" * 100, None])
@pytest.mark.parametrize("pattern", ["last.json", "rows-*", "results-*"])
def test_a_broken_cache_is_passed_over(repository: Repository, pattern: str, damage: bytes | None) -> None:
    """Cut off, empty, overwritten or gone: the findings are those of a check without it."""
    repository.check()
    (file,) = repository.folder.glob(pattern)
    plant(file, file.read_bytes()[:-9] if damage is None else damage)
    assert everything(repository.check()) == everything(repository.check(cached=False))


def test_what_is_desired_is_what_was_judged(repository: Repository) -> None:
    """Nothing is read after the check: not from a cache whose results are broken, and not from an edited file."""
    repository.check()
    for file in repository.folder.glob("results-*"):
        plant(file, b"broken")
    checked, truth = repository.check(), repository.check(cached=False)
    for place in _PLACES:
        repository.write(place, "id: site-1\nname: Edited\ncurrency: NOPE\n")
    assert everything(checked) == everything(truth)
    assert "NOPE" not in {site.fields.get("currency") for site in checked.desired.sites.values()}


@pytest.mark.parametrize("result", [b"[]", b"7", b"[[[1]],[],[],true]", b"{"])
def test_a_planted_result_of_a_wrong_shape_is_passed_over(repository: Repository, result: bytes) -> None:
    """The digest keeps accidents out, not people."""
    repository.check()
    (file,) = repository.folder.glob("results-*")
    lines = [line.partition(b"\t")[0] + b"\t" + result + b"\n" for line in file.read_bytes()[32:].splitlines()]
    plant(file, digest(b"".join(lines)).encode() + b"".join(lines))
    assert everything(repository.check()) == everything(repository.check(cached=False))


def test_a_planted_cache_with_a_right_digest_and_wrong_shape_is_passed_over(repository: Repository) -> None:
    """The digest keeps accidents out, not people: whatever the shape, it is data and never an error."""
    repository.check()
    kept, listing, rows = parts(repository)
    for head, files, rest in (
        (kept, listing, [[1]]),
        (kept, listing, [[1]] * len(rows)),
        (kept, listing, [7] * len(rows)),
        (kept, 7, rows),
        (kept, [[], []], rows),
        (kept, [listing[0], [[7]] * len(rows)], rows),
        ({**kept, "found": 7}, listing, rows),
        ([], listing, rows),
        ({**kept, "rows": 7}, listing, rows),
        ({**kept, "rows": "../x"}, listing, rows),
        ({**kept, "stores": ["../x", "results-/../x", 7]}, listing, rows),
    ):
        repository.write("sites/a.yaml", "id: changed\nname: Changed\n")
        (of_rows,) = repository.folder.glob("rows-*")
        for file, lines in ((repository.folder / "last.json", [head, files]), (of_rows, rest)):
            data = b"\n".join(json.dumps(line).encode() for line in lines)
            plant(file, digest(data).encode() + data)
        assert everything(repository.check()) == everything(repository.check(cached=False))


def test_a_cache_that_cannot_be_written_is_no_error(repository: Repository) -> None:
    """A file stands where the folder should be: nothing is remembered, and all is found."""
    (repository.root / ".dfsync").write_text("in the way")
    assert everything(repository.check()) == everything(repository.check(cached=False))


def test_the_cache_is_plain_json_that_git_leaves_alone(repository: Repository) -> None:
    """No pickle, no code: a cache that CI restores must not be a way in."""
    repository.check()
    assert len(parts(repository)) == 3
    assert (repository.folder.parent / ".gitignore").read_text() == "*\n"
    assert not list(repository.folder.glob("*.partial"))


def test_no_name_of_a_file_can_stand_for_two_files(repository: Repository, judged: list[str]) -> None:
    """A path may hold line breaks: what rules across files saw of one file is not what they see of two."""
    site = "id: site-x\nname: X\n"
    for place in _PLACES:
        repository.write(place, None)
    repository.write("sites/a.yaml", site)
    repository.check()
    ((_, seen, _, _),) = parts(repository)[2]
    for separator in ("\n", "\0"):
        with contextlib.suppress(ValueError):
            repository.write("sites/a.yaml", None)
            repository.write(separator.join(["sites/a.yaml", "site", f"{seen}{separator}sites/b.yaml"]), site)
    repository.check()
    shutil.rmtree(repository.root / "sites")
    repository.write("sites/a.yaml", site)
    repository.write("sites/b.yaml", site)
    assert everything(repository.check()) == everything(repository.check(cached=False))


@pytest.mark.parametrize("target", ["/dev/zero", "last.json"])
def test_a_link_in_the_place_of_the_cache_is_not_followed(repository: Repository, target: str) -> None:
    """It could lead to what never ends, or in a circle."""
    repository.check()
    for file in repository.folder.iterdir():
        file.unlink()
    (repository.folder / "last.json").symlink_to(target)
    assert everything(repository.check()) == everything(repository.check(cached=False))


def test_what_could_not_be_read_is_tried_again(tmp_path: Path) -> None:
    """A blob that was missing keeps its name when it is there again."""
    repo = repository_of_git(tmp_path / "repo")
    repo.commit({"dfsync.yaml": "version: 1\n", "sites/a.yaml": "id: a\nname: A\n"})
    blob = repo.git("rev-parse", ":sites/a.yaml").strip()
    stored = repo.root / ".git/objects" / blob[:2] / blob[2:]
    data = stored.read_bytes()
    stored.unlink()

    def codes() -> list[str]:
        with GitTree(repo.root) as index:
            found = check(index, ResultCache(repo.root, "staged")).findings.diagnostics
        return [diagnostic.code for diagnostic in found]

    assert codes() == ["DF007"]
    stored.write_bytes(data)
    assert codes() == []


def test_a_configuration_that_changes_meanwhile_is_kept_under_no_other_name(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cached result belongs to exactly the bytes whose digest is its key."""
    real, changed = WorkTree.read, iter([False])

    def read(tree: WorkTree, path: str) -> bytes:
        data = real(tree, path)
        return data if path != "dfsync.yaml" or not next(changed, True) else data.replace(b"retail:", b"other:")

    monkeypatch.setattr(WorkTree, "read", read)
    repository.check()
    monkeypatch.undo()
    assert everything(repository.check()) == everything(repository.check(cached=False))
