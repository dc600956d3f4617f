"""Saved exports: the whole of live in any of its shapes, or a refusal that says what is wrong."""

from __future__ import annotations

import json
import os
import threading
import tracemalloc

import pytest

from dfsync.errors import InputError
from dfsync.files.export_file import read_saved

ROWS = [{"Site ID": "site-1", "Site Name": "One"}, {"Site ID": "site-2", "Site Name": "Café"}]


@pytest.fixture
def saved(tmp_path):
    """Return a function that writes a file and reads it as a saved export."""

    def read(answer, encoding="utf-8"):
        path = tmp_path / "export.json"
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        path.write_bytes(text.encode(encoding))
        return list(read_saved(path))

    return read


@pytest.mark.parametrize(
    "answer",
    [
        ROWS,
        {"success": True, "data": ROWS, "total": 2},
        {"success": True, "data": ROWS, "p_number": 1, "p_size": 100, "total": 2, "total_pages": 1},
        {"data": ROWS},
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_shape_of_a_whole_export_is_read(saved, answer, encoding):
    """A joined export, the answer of a single page and a bare list are the same sites, with or without a BOM."""
    assert [(site.id, site.name) for site in saved(answer, encoding)] == [("site-1", "One"), ("site-2", "Café")]


def test_an_empty_export_is_no_sites(saved):
    """An organisation without sites is a fact, not an error."""
    assert saved({"success": True, "data": [], "total": 0, "total_pages": 0}) == []


@pytest.mark.parametrize("id", [None, "", "  ", "\t"])
def test_a_site_without_an_id_is_told_and_left_out(tmp_path, id):
    """A site made in the web application may have no Site ID. Nothing else stops because of it."""
    path, told = tmp_path / "export.json", []
    path.write_text(json.dumps([*ROWS, {"Site ID": id, "Site Name": "Nameless"}]))
    assert [site.id for site in read_saved(path, told.append)] == ["site-1", "site-2"]
    assert len(told) == 1
    assert told[0].startswith("1 live site has no Site ID")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"data": ROWS, "p_number": 1, "total": 900, "total_pages": 9}, "page 1 of 9"),
        ({"data": ROWS, "p_number": 2}, "page 2 of several"),
        ({"data": ROWS, "total": 3}, "2 of 3 sites"),
        ([*ROWS, ROWS[0]], "site-1 twice"),
        ([{"Store": "No id"}], 'site 1 of the list has no "Site ID"'),
        ([{"Site ID": "  "}], "has no"),
        (["site-1"], "has no"),
        ({"success": False, "data": []}, "reports a failure"),
        ({"success": True}, "no list of sites"),
        ("{", "line 1, column 2: not JSON"),
        ("[" * 100_000, "not JSON"),
        ('["\\ud800"]', "not JSON"),
        ("", "not JSON"),
    ],
)
def test_half_an_export_or_no_export_is_refused(saved, answer, words):
    """What is not the whole of live, each site once, is refused: the missing half would look like new sites."""
    with pytest.raises(InputError, match=r"export\.json") as caught:
        saved(answer)
    assert words in caught.value.message
    assert caught.value.help


def test_memory_does_not_grow_with_the_rows(tmp_path):
    """Read as a whole, an export takes many times the size of its file."""
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{**ROWS[1], "Site ID": f"site-{n}", "Site Groups": str(n) * 9} for n in range(5000)]))
    list(read_saved(path))  # imports
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_saved(path)) == 5000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * path.stat().st_size


def test_a_missing_file_is_an_input_error(tmp_path):
    """A file that can't be read is the user's to correct, and named."""
    with pytest.raises(InputError, match=r"nowhere\.json can't be read: No such file"):
        read_saved(tmp_path / "nowhere.json")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and devices of a POSIX system")
def test_a_named_file_in_a_repository_leads_nowhere_else(tmp_path):
    """A pull request may put a link in the place of a file that CI names; a link inside is as good as a file."""
    root = tmp_path / "repository"
    root.mkdir()
    (root / "dfsync.yaml").touch()
    (tmp_path / "secret.json").write_text("[]")
    (root / "own.json").write_text("[]")
    (root / "out.json").symlink_to(tmp_path / "secret.json")
    (root / "zero.json").symlink_to("/dev/zero")
    (root / "in.json").symlink_to("own.json")
    for name in ("out.json", "zero.json"):
        with pytest.raises(InputError, match="leaves the repository"):
            list(read_saved(root / name))
    assert list(read_saved(root / "in.json")) == []
    (tmp_path / "zero.json").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is no file"):
        list(read_saved(tmp_path / "zero.json"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a POSIX system")
def test_a_pipe_is_read(tmp_path):
    """`dfsync plan --live <(…)` reads one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("[]",))
    writer.start()
    assert list(read_saved(pipe)) == []
    writer.join()
