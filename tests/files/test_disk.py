"""Files on disk are replaced whole, where they are, or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dfsync.errors import InputError
from dfsync.files.disk import replace_file


def test_a_new_file_gets_its_folders(tmp_path: Path) -> None:
    """And the mode that the user's umask gives."""
    replace_file(tmp_path, "sites/us/a.yaml", b"id: a\n")
    path = tmp_path / "sites/us/a.yaml"
    (tmp_path / "other").write_bytes(b"")
    assert path.read_bytes() == b"id: a\n"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)
    assert os.listdir(path.parent) == ["a.yaml"]


def test_an_existing_file_keeps_its_mode(tmp_path: Path) -> None:
    """Who could read it before can read it after."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"1")
    path.chmod(0o604)
    replace_file(tmp_path, "a.yaml", b"2")
    assert path.read_bytes() == b"2"
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_a_link_inside_the_root_is_followed(tmp_path: Path) -> None:
    """It stays a link, and leads to the new content."""
    (tmp_path / "real.yaml").write_bytes(b"1")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    replace_file(tmp_path, "link.yaml", b"2")
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_bytes() == b"2"


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    """A file or a folder that leads elsewhere: nothing is written there."""
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    for folder in (outside, root):
        folder.mkdir()
    (root / "sites").symlink_to(outside)
    (root / "a.yaml").symlink_to(outside / "a.yaml")
    for path in ("sites/a.yaml", "a.yaml", "../outside/a.yaml"):
        with pytest.raises(InputError, match="leaves the repository"):
            replace_file(root, path, b"x")
    assert list(outside.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    """A folder in its place: an error, and no half of a file beside it."""
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(InputError, match=r"a\.yaml can't be written: Is a directory"):
        replace_file(tmp_path, "a.yaml", b"x")
    assert os.listdir(tmp_path) == ["a.yaml"]
