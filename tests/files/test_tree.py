"""Files are found and read the same from disk, from the index and from a revision."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dfsync.errors import InputError
from dfsync.files.storage.git.commands import merge_base, own_words, resolve
from dfsync.files.storage.git.tree import GitTree
from dfsync.files.storage.tree import MAX_BYTES, Tree, UnreadableFileError, WorkTree
from tests.support.git import Repository, repository

PATTERNS = ("sites/**/*.yaml", "sites/**/*.yml")


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "repo")


def trees(repo: Repository) -> list[Tree]:
    """Commit everything and return the three ways to read it."""
    repo.commit()
    return [WorkTree(repo.root), GitTree(repo.root), GitTree(repo.root, "HEAD")]


def closed(tree: Tree) -> None:
    if isinstance(tree, GitTree):
        tree.close()


def test_patterns_find_files_at_any_depth_and_nothing_hidden(repo: Repository) -> None:
    """`**/` also stands for no folder at all; hidden files and folders, and others' suffixes, are left out."""
    repo.write(
        dict.fromkeys(["sites/a.yaml", "sites/us/ca/b.yml", "sites/.old/c.yaml", "sites/.d.yaml", "sites/e.txt"], "x")
    )
    for tree in trees(repo):
        assert tree.paths(PATTERNS) == ["sites/a.yaml", "sites/us/ca/b.yml"]
        assert tree.read("sites/a.yaml") == b"x"
        assert tree.exists("sites/a.yaml")
        assert not tree.exists("sites/b.yaml")
        closed(tree)


def test_a_link_inside_the_root_is_followed(repo: Repository) -> None:
    """A linked file is read by its name, a linked folder entered."""
    repo.write({"shared/a.yaml": "a", "shared/deep/b.yaml": "b"})
    (repo.root / "sites").mkdir()
    (repo.root / "sites/a.yaml").symlink_to("../shared/a.yaml")
    (repo.root / "sites/deep").symlink_to("../shared/deep")
    for tree in trees(repo):
        assert tree.paths(PATTERNS) == ["sites/a.yaml", "sites/deep/b.yaml"]
        assert tree.read("sites/a.yaml") == b"a"
        assert tree.read("sites/deep/b.yaml") == b"b"
        closed(tree)


def test_a_link_that_leaves_the_root_is_found_and_refused(repo: Repository, tmp_path: Path) -> None:
    """Passing it over would be a check of less than there seems to be; following it would read what is not reviewed."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.yaml").write_text("secret")
    (repo.root / "sites").mkdir()
    (repo.root / "sites/a.yaml").symlink_to(outside / "a.yaml")
    (repo.root / "sites/folder").symlink_to("../../outside")
    for tree in trees(repo):
        assert tree.paths(PATTERNS) == ["sites/a.yaml", "sites/folder"]
        for path in ("sites/a.yaml", "sites/folder", "sites/folder/a.yaml"):
            with pytest.raises(UnreadableFileError):
                tree.read(path)
        closed(tree)


def test_a_link_to_nowhere_is_found_and_refused(repo: Repository) -> None:
    """A broken link is a file that can't be read, not a file that is not there."""
    (repo.root / "sites").mkdir()
    (repo.root / "sites/a.yaml").symlink_to("gone.yaml")
    (repo.root / "sites/b.yaml").symlink_to("b.yaml")
    for tree in trees(repo):
        assert tree.paths(PATTERNS) == ["sites/a.yaml", "sites/b.yaml"]
        for path in tree.paths(PATTERNS):
            with pytest.raises(UnreadableFileError):
                tree.read(path)
        closed(tree)


def test_linked_folders_in_a_circle_are_entered_once(repo: Repository) -> None:
    """A link to a folder above ends the walk there instead of finding every file again and again."""
    repo.write({"sites/us/a.yaml": "a"})
    (repo.root / "sites/us/again").symlink_to("..")
    (repo.root / "sites/twice").symlink_to("us")
    for tree in trees(repo):
        assert tree.paths(PATTERNS) == ["sites/us/a.yaml"]
        closed(tree)


def test_patterns_that_leave_the_root_find_nothing(repo: Repository, tmp_path: Path) -> None:
    """A pull request can't have other folders read by a pattern."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.yaml").write_text("secret")
    for tree in trees(repo):
        assert tree.paths(["../other/*.yaml", f"{tmp_path}/other/*.yaml"]) == []
        with pytest.raises(UnreadableFileError):
            tree.read("../other/a.yaml")
        closed(tree)


def test_a_file_of_more_than_10_mb_is_refused(repo: Repository) -> None:
    """The bound holds for every way of reading, and for a file of just that size it does not."""
    repo.write({"sites/a.yaml": b"#" * (MAX_BYTES + 1), "sites/b.yaml": b"#" * MAX_BYTES})
    for tree in trees(repo):
        with pytest.raises(UnreadableFileError, match="larger than 10 MB"):
            tree.read("sites/a.yaml")
        assert len(tree.read("sites/b.yaml")) == MAX_BYTES
        closed(tree)


def test_what_is_no_plain_file_is_refused_at_once(tmp_path: Path) -> None:
    """A pipe would wait for ever."""
    (tmp_path / "sites").mkdir()
    os.mkfifo(tmp_path / "sites/a.yaml")
    tree = WorkTree(tmp_path)
    assert tree.paths(PATTERNS) == ["sites/a.yaml"]
    with pytest.raises(UnreadableFileError, match="not a plain file"):
        tree.read("sites/a.yaml")


def test_a_folder_that_cannot_be_listed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files are not checked, so it must not look empty."""
    (tmp_path / "sites/us").mkdir(parents=True)
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("us"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    tree = WorkTree(tmp_path)
    assert tree.paths(PATTERNS) == ["sites/us"]
    with pytest.raises(UnreadableFileError):
        tree.read("sites/us")


def test_the_index_is_what_will_be_committed(repo: Repository) -> None:
    """Edits that are not staged, and files that git does not know, are not in it; staged deletions are."""
    repo.commit({"sites/a.yaml": "old", "sites/b.yaml": "b"})
    repo.write({"sites/a.yaml": "staged", "sites/c.yaml": "c"})
    repo.git("add", "sites/a.yaml")
    repo.git("rm", "-q", "sites/b.yaml")
    repo.write({"sites/a.yaml": "not staged"})
    with GitTree(repo.root) as index:
        assert index.paths(PATTERNS) == ["sites/a.yaml"]
        assert index.read("sites/a.yaml") == b"staged"
        with pytest.raises(UnreadableFileError, match="not in the index"):
            index.read("sites/b.yaml")
    with GitTree(repo.root, "HEAD") as head:
        assert head.read("sites/a.yaml") == b"old"


def test_a_conflict_in_the_index_is_refused(repo: Repository) -> None:
    """A file with three versions has none that could be judged."""
    repo.commit({"sites/a.yaml": "base"})
    repo.git("checkout", "-q", "-b", "other")
    repo.commit({"sites/a.yaml": "other"})
    repo.git("checkout", "-q", "main")
    repo.commit({"sites/a.yaml": "main"})
    with pytest.raises(AssertionError):
        repo.git("merge", "-q", "other")
    with GitTree(repo.root) as index:
        assert index.paths(PATTERNS) == ["sites/a.yaml"]
        with pytest.raises(UnreadableFileError, match="conflict"):
            index.read("sites/a.yaml")


def test_the_root_may_be_a_folder_of_the_repository(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paths are relative to dfsync's root; a hook's index is found although its path is relative to git's top."""
    repo.commit({"shops/sites/a.yaml": "a", "sites/b.yaml": "b"})
    monkeypatch.chdir(repo.root)
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    for revision in (None, "HEAD"):
        with GitTree(repo.root / "shops", revision) as tree:
            assert tree.paths(PATTERNS) == ["sites/a.yaml"]
            assert tree.read("sites/a.yaml") == b"a"


def test_a_branch_is_compared_with_where_it_began(repo: Repository) -> None:
    """The merge base where there is one, else the named commit itself; a name of nothing is an error with advice."""
    began = repo.commit({"a": "1"})
    repo.git("checkout", "-q", "-b", "branch")
    repo.commit({"b": "1"})
    repo.git("checkout", "-q", "main")
    later = repo.commit({"a": "2"})
    repo.git("checkout", "-q", "branch")
    assert merge_base(repo.root, "main") == began
    repo.git("checkout", "-q", "--orphan", "alone")
    repo.commit()
    assert merge_base(repo.root, "main") == later
    with pytest.raises(InputError, match="names no commit"):
        resolve(repo.root, "--help")


_NAMES = st.sampled_from(["a", "b", "sites", "x.yaml", "y.yml", ".hidden", "z.txt"])
_PLACES = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_TARGETS = st.one_of(
    _PLACES, _PLACES.map("../{}".format), st.sampled_from([".", "..", "../..", "../../outside", "/etc", "../.git"])
)


@given(files=st.lists(_PLACES, max_size=6), links=st.lists(st.tuples(_PLACES, _TARGETS), max_size=6))
@example(files=["b/x.yaml", "a/y.yml"], links=[("sites/l", "../b"), ("b/s", "../a"), ("sites/m", "../b")])
@example(files=[".hidden/y.yml", ".hidden/a/y.yml"], links=[])
@example(files=["b/x.yaml"], links=[("sites/eu.old", "/etc"), ("sites/h.yaml", "../.git/HEAD")])
@settings(max_examples=60)
def test_the_index_is_walked_as_the_folder_on_disk(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], links: list[tuple[str, str]]
) -> None:
    """The same paths by the same links, and the same is readable.

    What a link out of the root leads to only the disk knows: the index takes it for a folder, to be on the safe side.
    """
    repo = repository(tmp_path_factory.mktemp("links") / "repo")
    (repo.root.parent / "outside").mkdir()
    for number, file in enumerate(files):
        with contextlib.suppress(OSError):
            (repo.root / file).parent.mkdir(parents=True, exist_ok=True)
            (repo.root / file).write_text(f"id: {number}\n")
    for link, target in links:
        with contextlib.suppress(OSError):
            (repo.root / link).parent.mkdir(parents=True, exist_ok=True)
            (repo.root / link).symlink_to(target)
    repo.git("add", "-A")
    patterns = ["sites/**/*.yaml", "sites/**/*.yml", "**/x.yaml", ".hidden/**/y.yml"]
    disk = WorkTree(repo.root)
    with GitTree(repo.root) as index:
        of_index, of_disk = _read(index, index.paths(patterns)), _read(disk, disk.paths(patterns))
        assert of_index == of_disk | dict.fromkeys(of_index.keys() - of_disk.keys())


def _read(tree: Tree, paths: Iterable[str]) -> dict[str, bytes | None]:
    read: dict[str, bytes | None] = {}
    for path in paths:
        try:
            read[path] = tree.read(path)
        except UnreadableFileError:
            read[path] = None
    return read


def test_a_blob_that_is_too_large_is_refused_unread(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """And those after it are read as before."""
    monkeypatch.setattr("dfsync.files.storage.git.tree.MAX_BYTES", 100)
    repo.commit({"sites/a.yaml": "x" * 10_000_000, "sites/b.yaml": "b"})
    with GitTree(repo.root) as index:
        with pytest.raises(UnreadableFileError, match="larger"):
            index.read("sites/a.yaml")
        assert index.read("sites/b.yaml") == b"b"


def test_a_reader_that_died_is_told_and_replaced(repo: Repository) -> None:
    """The file that it should have read is unreadable, the next one is read."""
    repo.commit({"sites/a.yaml": "a"})
    with GitTree(repo.root) as index:
        assert index.read("sites/a.yaml") == b"a"
        for reader in index._readers.values():
            reader._process.kill()
            reader._process.wait()
        with pytest.raises(UnreadableFileError, match="can't be read from git"):
            index.read("sites/a.yaml")
        assert index.read("sites/a.yaml") == b"a"


def test_a_thousand_links_to_one_folder_are_one_folder(repo: Repository) -> None:
    """As on disk."""
    repo.write({f"data/{number}.yaml": "x" for number in range(300)})
    (repo.root / "sites").mkdir()
    for number in range(1000):
        (repo.root / f"sites/l{number:04}").symlink_to("../data")
    repo.git("add", "-A")
    with GitTree(repo.root) as index:
        assert index.paths(PATTERNS) == WorkTree(repo.root).paths(PATTERNS)
        assert len(index.paths(PATTERNS)) == 300


def test_a_submodule_is_not_passed_over(repo: Repository) -> None:
    """The index does not have its files, so they were not checked."""
    repo.commit({"sites/a.yaml": "a"})
    commit = repo.git("rev-parse", "HEAD").strip()
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{commit},sites/more")
    with GitTree(repo.root) as index:
        assert index.paths(PATTERNS) == ["sites/a.yaml", "sites/more"]
        with pytest.raises(UnreadableFileError, match="submodule"):
            index.read("sites/more")


def test_of_what_git_says_the_failure_is_told_and_no_password() -> None:
    """Git's advice stands behind its failure, and an address may hold a token."""
    said = "remote: hm\nfatal: unable to access 'https://me:secret@example.com/x.git/'\nand the repository exists.\n"
    assert own_words(said) == "fatal: unable to access 'https://example.com/x.git/'"
    assert own_words("fatal: https://me:p@ss@example.com/x.git") == "fatal: https://example.com/x.git"
    assert own_words("what\never\n") == "ever"
    assert own_words("") == "no message"
