"""Files are replaced whole, and no link leads the writing elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from dfsync.errors import InputError
from dfsync.files.storage.atomic_write import replace_file, replacing


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Until the block ends the old file stands; then the new one, and nothing beside it."""
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")
    with replacing(path) as file:
        file.write(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    """What fails half-way leaves the file as it was, and nothing beside it."""
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="range"), replacing(path) as file:
        file.writelines(bytes([byte]) for byte in (1, 300))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """A link that a pull request put in the file's place leads nowhere."""
    outside, path = tmp_path / "profile", tmp_path / "plan.json"
    outside.write_bytes(b"mine")
    path.symlink_to(outside)
    with replacing(path) as file:
        file.write(b"new")
    assert outside.read_bytes() == b"mine"
    assert not path.is_symlink()
    assert path.read_bytes() == b"new"


def test_the_umask_narrows_the_mode(tmp_path: Path) -> None:
    """A file is as open as the user's others, or as closed as asked for."""
    before = os.umask(0o027)
    try:
        with replacing(tmp_path / "open"), replacing(tmp_path / "closed", 0o600):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "open").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "closed").stat().st_mode & 0o777 == 0o600


def test_a_device_is_written_to_and_stays() -> None:
    """`--output /dev/stdout` writes there; root must not lose the device."""
    read, write = os.pipe()
    with replacing(Path(f"/dev/fd/{write}")) as device:
        device.write(b"text")
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert pipe.read() == b"text"


def test_a_file_of_the_repository_keeps_its_mode(tmp_path: Path) -> None:
    """What was private or writable for the group stays so, whatever the umask is; folders are made."""
    for mode in (0o600, 0o664):
        path = tmp_path / "a.yaml"
        path.write_bytes(b"old")
        path.chmod(mode)
        replace_file(tmp_path, "a.yaml", b"new")
        assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"new", mode)
    replace_file(tmp_path, "sites/us/b.yaml", b"new")
    assert (tmp_path / "sites/us/b.yaml").read_bytes() == b"new"


def test_a_link_within_the_repository_is_followed_and_one_that_leaves_it_refused(tmp_path: Path) -> None:
    """A site file that is a link stays one; a pull request can't make dfsync write elsewhere."""
    outside, root = tmp_path / "profile", tmp_path / "root"
    root.mkdir()
    outside.write_bytes(b"mine")
    (root / "a.yaml").write_bytes(b"old")
    (root / "inside.yaml").symlink_to("a.yaml")
    (root / "outside.yaml").symlink_to(outside)
    replace_file(root, "inside.yaml", b"new")
    assert ((root / "a.yaml").read_bytes(), (root / "inside.yaml").is_symlink()) == (b"new", True)
    with pytest.raises(InputError, match="leaves the repository"):
        replace_file(root, "outside.yaml", b"new")
    assert outside.read_bytes() == b"mine"
