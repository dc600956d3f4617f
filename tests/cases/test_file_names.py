"""Files with names in any script are read in every locale, and a name that is not text is reported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.git import repository
from tests.support.run import CONFIG, dfsync


def test_a_name_that_is_not_utf8_is_an_error_everywhere(tmp_path: Path) -> None:
    """No plan, receipt or state could hold it: they are JSON."""
    made = repository(tmp_path / "repo")
    made.write({"dfsync.yaml": CONFIG, "live.json": '[{"Site ID": "s1", "Site Name": "B"}]', "sites/a": ""})
    try:
        Path(os.fsdecode(os.fsencode(made.root) + b"/sites/caf\xe9.yaml")).write_text("id: s1\nname: A\n")
    except OSError:
        pytest.skip("this file system has no such names")
    made.commit()
    for line in (("plan", "--live", "live.json"), ("pull", "--from", "live.json"), ("list",), ("validate",)):
        done = dfsync(made.root, *line)
        assert done.code == 1
        assert "DF007" in done.all
        assert "has a name that is not UTF-8; rename it" in done.all
    made.git("rm", "-q", "--cached", "-r", "sites")
    made.git("commit", "-q", "-m", "no sites")
    made.git("add", "sites")
    assert "not UTF-8" in dfsync(made.root, "validate", "--staged").all
